package main

import (
	"fmt"
	"hash/fnv"
	"sort"
	"strings"

	"github.com/anishathalye/porcupine"
)

// place is the state of one seat: free (no owner), held until a time, or sold.
type place struct {
	owner string
	until int64
	sold  bool
}

// modelOf returns the model of seats that some operations connect: a list of places in the order of `seats`.
//
// An operation without a response takes effect where it can. If it never took effect, its moment is the end of the
// history, where its effect contradicts nothing.
func modelOf(seats []string) porcupine.Model {
	at := map[string]int{}
	for index, seat := range seats {
		at[seat] = index
	}
	return porcupine.Model{
		Init: func() interface{} { return make([]place, len(seats)) },
		Step: func(state, input, _ interface{}) (bool, interface{}) {
			each := input.(operation)
			allowed, next := step(state.([]place), each, at)
			if each.outcome == unknown && !allowed {
				return true, state
			}
			return allowed, next
		},
		Equal: func(one, other interface{}) bool {
			for index, seat := range one.([]place) {
				if seat != other.([]place)[index] {
					return false
				}
			}
			return true
		},
		Hash: func(state interface{}) uint64 {
			sum := fnv.New64a()
			fmt.Fprint(sum, state)
			return sum.Sum64()
		},
		DescribeOperation: func(input, _ interface{}) string { return input.(operation).String() },
		DescribeState: func(state interface{}) string {
			words := make([]string, len(seats))
			for index, seat := range state.([]place) {
				words[index] = seats[index] + " " + seat.String()
			}
			return strings.Join(words, ", ")
		},
	}
}

// step returns whether the operation may happen in this state with the response that it got, and the state after it.
func step(state []place, each operation, at map[string]int) (bool, []place) {
	if each.outcome == refused {
		return each.action != "confirm" || !owns(state, each.booking, true), state
	}
	switch each.action {
	case "hold":
		return put(state, each, at, place{owner: each.booking, until: endOf(state, each, at)}, func(seat place) bool {
			return seat.owner == "" || lapsed(seat, each)
		})
	case "confirm":
		return put(state, each, at, place{owner: each.booking, sold: true}, func(seat place) bool {
			return seat.owner == each.booking
		})
	case "release":
		if owns(state, each.booking, true) {
			return false, state
		}
		return true, without(state, each.booking)
	case "refund":
		return put(state, each, at, place{}, func(seat place) bool { return seat.owner == each.booking && seat.sold })
	case "exchange":
		return exchange(state, each, at)
	case "read":
		return isRight(state, each, at), state
	}
	// inspect: the owner of a sold seat as the database has it, empty for a seat that is not sold
	seat := state[at[each.seats[0]]]
	return seat.sold == (each.booking != "") && (!seat.sold || seat.owner == each.booking), state
}

// put sets all seats of the operation if each of them allows it, or none.
func put(state []place, each operation, at map[string]int, to place, allows func(place) bool) (bool, []place) {
	next := append([]place(nil), state...)
	for _, seat := range each.seats {
		if !allows(state[at[seat]]) {
			return false, state
		}
		next[at[seat]] = to
	}
	return true, next
}

func exchange(state []place, each operation, at map[string]int) (bool, []place) {
	from, to := at[each.seats[0]], at[each.seats[1]]
	isFree := state[to].owner == "" || lapsed(state[to], each)
	if !state[from].sold || state[from].owner != each.booking || !isFree {
		return false, state
	}
	next := append([]place(nil), state...)
	next[from], next[to] = place{}, state[from]
	return true, next
}

// lapsed returns whether a hold can have ended by its time before the operation had its response.
func lapsed(seat place, each operation) bool {
	return !seat.sold && each.returned >= seat.until
}

// endOf returns the earliest end of a hold. One without a response begins when the holds that it replaces have ended.
func endOf(state []place, each operation, at map[string]int) int64 {
	end := each.expires
	for _, name := range each.seats {
		seat := state[at[name]]
		if later := seat.until + each.expires - each.called; each.outcome == unknown && later > end {
			end = later
		}
	}
	return end
}

func owns(state []place, booking string, sold bool) bool {
	for _, seat := range state {
		if seat.owner == booking && seat.sold == sold {
			return true
		}
	}
	return false
}

func without(state []place, booking string) []place {
	next := append([]place(nil), state...)
	for index, seat := range next {
		if seat.owner == booking {
			next[index] = place{}
		}
	}
	return next
}

// isRight returns whether a booking that was read has the state and the seats that the response says.
func isRight(state []place, each operation, at map[string]int) bool {
	sold := each.status == "confirmed" || each.status == "partially_refunded"
	if !sold && each.status != "in_progress" && each.status != "paying" {
		return !owns(state, each.booking, true)
	}
	found := 0
	for _, seat := range state {
		if seat.owner == each.booking && seat.sold == sold {
			found++
		}
	}
	for _, seat := range each.seen {
		if state[at[seat]].owner != each.booking || state[at[seat]].sold != sold {
			return false
		}
	}
	return found == len(each.seen)
}

func (seat place) String() string {
	switch {
	case seat.owner == "":
		return "free"
	case seat.sold:
		return "sold to " + seat.owner
	}
	return "held by " + seat.owner
}

func (o operation) String() string {
	words := []string{o.action, strings.Join(o.seats, " "), "→", string(o.outcome), o.booking, o.status}
	if len(o.seen) > 0 {
		seen := append([]string(nil), o.seen...)
		sort.Strings(seen)
		words = append(words, strings.Join(seen, " "))
	}
	return strings.TrimSpace(strings.Join(words, " "))
}
