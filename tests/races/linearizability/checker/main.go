// Command checker judges a recorded history of seats: is there an order of its operations, each at one moment between
// its request and its response, in which every response is right?
//
//	checker [-seconds 60] [-picture FILE.html] HISTORY.jsonl
//
// Porcupine searches for the order. Prints the verdict as JSON. Exits with 0 if the history is linearizable, with 1 if it
// is not, with 2 if the file is wrong or the time was too short. -picture is written for the first part that fails.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

type verdict struct {
	Verdict    string   `json:"verdict"`
	Operations int      `json:"operations"`
	Unknown    int      `json:"unknown"`
	Groups     int      `json:"groups"`
	Largest    int      `json:"largest"`
	Seconds    float64  `json:"seconds"`
	Seats      []string `json:"seats,omitempty"` // of the group that fails
}

var words = map[porcupine.CheckResult]string{
	porcupine.Ok:      "linearizable",
	porcupine.Illegal: "not linearizable",
	porcupine.Unknown: "undecided",
}

func main() {
	seconds := flag.Int("seconds", 60, "give up on a group of seats after this time")
	picture := flag.String("picture", "", "draw the group that fails to this HTML file")
	flag.Parse()
	if flag.NArg() != 1 {
		fail("name one history: checker [-seconds N] [-picture FILE.html] HISTORY.jsonl")
	}
	operations, err := readHistory(flag.Arg(0))
	if err != nil {
		fail(err.Error())
	}
	judged, code, err := judge(operations, time.Duration(*seconds)*time.Second, *picture)
	if err != nil {
		fail(err.Error())
	}
	printed, err := json.Marshal(judged)
	if err != nil {
		fail(err.Error())
	}
	fmt.Println(string(printed))
	os.Exit(code)
}

func judge(operations []operation, limit time.Duration, picture string) (verdict, int, error) {
	started := time.Now()
	groups := groupsOf(operations)
	judged := verdict{Verdict: words[porcupine.Ok], Operations: len(operations), Groups: len(groups)}
	for _, each := range operations {
		if each.outcome == unknown {
			judged.Unknown++
		}
	}
	code := 0
	for _, group := range groups {
		if len(group.history) > judged.Largest {
			judged.Largest = len(group.history)
		}
		model := modelOf(group.seats)
		result, info := porcupine.CheckOperationsVerbose(model, group.history, limit)
		if result == porcupine.Ok || code == 1 {
			continue
		}
		judged.Verdict, judged.Seats = words[result], group.seats
		code = 2
		if result == porcupine.Illegal {
			code = 1
		}
		if picture != "" {
			if err := porcupine.VisualizePath(model, info, picture); err != nil {
				return judged, 2, err
			}
		}
	}
	judged.Seconds = time.Since(started).Seconds()
	return judged, code, nil
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "checker: "+message)
	os.Exit(2)
}
