// Package common is what the engines written in Go share: the files of
// workload.py, the time of each decision, and the line of peer.h.
package common

import (
	"encoding/json"
	"log"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

type Rule struct {
	Target, Originator     string
	Operations, First, End int
	Prefix                 string
}

type Request struct {
	Target, Originator string
	Operation, Minute  int
	Address            string
	Expected           bool
}

type Arguments struct {
	Rules    []Rule
	Requests []Request
	Budget   time.Duration
}

type Found struct {
	Engine  string  `json:"engine"`
	Variant string  `json:"variant"`
	Version string  `json:"version"`
	Timed   string  `json:"timed"`
	Calls   int     `json:"calls"`
	Checked int     `json:"checked"`
	P50     int64   `json:"p50_ns"`
	P99     int64   `json:"p99_ns"`
	LoadS   float64 `json:"load_s"`
	Bytes   uint64  `json:"bytes"`
	BytesBy string  `json:"bytes_by"`
	Wrong   []int   `json:"wrong"`
}

const (
	least = time.Second            // quick series go round until then
	long  = 100 * time.Microsecond // longer ones count by processor time
)

// cpu is the processor time of the process or of this thread: what others use
// does not count.
func cpu(clock int32) time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(clock, &now); err != nil {
		log.Fatal(err)
	}
	return time.Duration(now.Nano())
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func lines(path string) [][]string {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var cut [][]string
	for line := range strings.Lines(string(text)) {
		cut = append(cut, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return cut
}

// Read takes RULES REQUESTS BUDGET_S.
func Read(arguments []string) *Arguments {
	if len(arguments) != 4 {
		log.Fatalf("Usage: %s RULES REQUESTS BUDGET_S", arguments[0])
	}
	read := &Arguments{Budget: time.Duration(number(arguments[3])) * time.Second}
	for _, f := range lines(arguments[1]) {
		read.Rules = append(read.Rules, Rule{f[0], f[1], number(f[2]),
			number(f[3]), number(f[4]), f[5]})
	}
	for _, f := range lines(arguments[2]) {
		read.Requests = append(read.Requests, Request{f[0], f[1], number(f[2]),
			number(f[4]), f[5], f[6] == "1"})
	}
	return read
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// Load tells how many seconds it took and what the heap has grown by.
func Load(load func()) (float64, uint64) {
	before := heap()
	start := cpu(unix.CLOCK_PROCESS_CPUTIME_ID)
	load()
	passed := (cpu(unix.CLOCK_PROCESS_CPUTIME_ID) - start).Seconds()
	return passed, heap() - before
}

// Measure times every request once, and quick ones more often.
func (a *Arguments) Measure(permitted func(number int) bool) *Found {
	found := &Found{BytesBy: "Go heap after collection", Wrong: []int{}}
	var times []int64
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := time.Now()
	for time.Since(start) < a.Budget {
		place := len(times) % len(a.Requests)
		used := cpu(unix.CLOCK_THREAD_CPUTIME_ID)
		asked := time.Now()
		permit := permitted(place)
		passed := time.Since(asked)
		if passed > long {
			passed = cpu(unix.CLOCK_THREAD_CPUTIME_ID) - used
		}
		times = append(times, passed.Nanoseconds())
		if permit != a.Requests[place].Expected && len(times) <= len(a.Requests) {
			found.Wrong = append(found.Wrong, place)
		}
		if len(times) >= len(a.Requests) && time.Since(start) > least {
			break
		}
	}
	found.Calls = len(times)
	found.Checked = min(len(times), len(a.Requests))
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	found.P50 = times[len(times)/2]
	found.P99 = times[len(times)-len(times)/100-1]
	return found
}

func (f *Found) JSON() string {
	line, err := json.Marshal(f)
	if err != nil {
		log.Fatal(err)
	}
	return string(line)
}
