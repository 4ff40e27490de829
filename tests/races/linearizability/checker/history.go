package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"

	"github.com/anishathalye/porcupine"
)

const lineBytesMax = 1 << 20

type outcome string

const (
	ok      outcome = "ok"      // acknowledged: it took effect
	refused outcome = "refused" // it had no effect
	unknown outcome = "unknown" // no response: it may take effect at any moment after the request, or never
)

// line is one line of the file: a request ("invoke") or its response. Times are nanoseconds since 1970.
type line struct {
	Op      int      `json:"op"`
	Type    string   `json:"type"`
	Time    int64    `json:"time"`
	Client  string   `json:"client"`
	Action  string   `json:"action"`
	Seats   []string `json:"seats"`
	Booking string   `json:"booking"`
	Expires int64    `json:"expires"`
	Status  string   `json:"status"`
}

// operation is a request with its response.
type operation struct {
	action   string
	client   string
	seats    []string // exchange: the old seat, then the new one
	booking  string
	outcome  outcome
	called   int64
	returned int64
	expires  int64    // of a hold: no other buyer gets its seats before
	status   string   // of a read
	seen     []string // of a read: the seats of the booking
}

var actions = map[string]bool{
	"hold": true, "confirm": true, "release": true, "refund": true, "exchange": true, "read": true, "inspect": true,
}

func readHistory(path string) ([]operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	byOp := map[int]*operation{}
	var order []int
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, lineBytesMax)
	for number := 1; scanner.Scan(); number++ {
		var read line
		if err := json.Unmarshal(scanner.Bytes(), &read); err != nil {
			return nil, fmt.Errorf("%s:%d: %v", path, number, err)
		}
		started, exists := byOp[read.Op]
		if read.Type == "invoke" {
			if exists || !actions[read.Action] || len(read.Seats) == 0 {
				return nil, fmt.Errorf("%s:%d: a request needs an op of its own, a known action and seats", path, number)
			}
			byOp[read.Op] = request(read)
			order = append(order, read.Op)
			continue
		}
		if !exists || started.returned != math.MaxInt64 || read.Time < started.called {
			return nil, fmt.Errorf("%s:%d: a response needs a request before it, which has no other", path, number)
		}
		if err := started.respond(read); err != nil {
			return nil, fmt.Errorf("%s:%d: %v", path, number, err)
		}
	}
	operations := make([]operation, 0, len(order))
	for _, op := range order {
		operations = append(operations, *byOp[op])
	}
	return operations, scanner.Err()
}

// request returns the operation as it is while nothing is known of its outcome. A hold without a response has an owner
// that no other operation names, and the end that its request can expect at the earliest.
func request(read line) *operation {
	started := &operation{
		action: read.Action, client: read.Client, seats: read.Seats, booking: read.Booking, expires: read.Expires,
		outcome: unknown, called: read.Time, returned: math.MaxInt64,
	}
	if started.action == "hold" {
		started.booking = fmt.Sprintf("unknown booking of %d", read.Op)
	}
	return started
}

func (o *operation) respond(read line) error {
	switch outcome(read.Type) {
	case unknown:
		return nil
	case refused:
	case ok:
		if o.action == "hold" {
			if read.Booking == "" || read.Expires == 0 {
				return fmt.Errorf("a hold needs its booking and its end")
			}
			o.booking, o.expires = read.Booking, read.Expires
		}
		if o.action == "inspect" {
			o.booking = read.Booking
		}
		o.status, o.seen = read.Status, append([]string(nil), read.Seats...)
		sort.Strings(o.seen)
	default:
		return fmt.Errorf("%q is not invoke, ok, refused or unknown", read.Type)
	}
	o.outcome, o.returned = outcome(read.Type), read.Time
	return nil
}

// group holds the operations on seats that operations connect with each other: whole operations, so their atomicity over
// several seats is judged. Groups share no seat, so a history is linearizable if each group is.
type group struct {
	seats   []string
	history []porcupine.Operation
}

func groupsOf(operations []operation) []group {
	parent := map[string]string{}
	var root func(seat string) string
	root = func(seat string) string {
		if _, known := parent[seat]; !known {
			parent[seat] = seat
		}
		if parent[seat] != seat {
			parent[seat] = root(parent[seat])
		}
		return parent[seat]
	}
	for _, each := range operations {
		for _, seat := range append(each.seats, each.seen...) {
			parent[root(seat)] = root(each.seats[0])
		}
	}
	members := map[string]*group{}
	for seat := range parent {
		if members[root(seat)] == nil {
			members[root(seat)] = &group{}
		}
		members[root(seat)].seats = append(members[root(seat)].seats, seat)
	}
	clients := map[string]int{}
	for _, each := range operations {
		if _, known := clients[each.client]; !known {
			clients[each.client] = len(clients)
		}
		in := members[root(each.seats[0])]
		in.history = append(in.history, porcupine.Operation{
			ClientId: clients[each.client], Input: each, Output: nil, Call: each.called, Return: each.returned,
		})
	}
	groups := make([]group, 0, len(members))
	for _, in := range members {
		sort.Strings(in.seats)
		groups = append(groups, *in)
	}
	sort.Slice(groups, func(a, b int) bool { return groups[a].seats[0] < groups[b].seats[0] })
	return groups
}
