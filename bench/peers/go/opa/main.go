// OPA beside the other engines: peer-opa RULES REQUESTS BUDGET_S
//
// Prints what peer.h says.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/version"

	"peers/common"
)

// The rules are data, by target, then by originator, or by what stands before
// the "*" of a pattern, which is asked for at every length that some pattern of
// the target has: each step is a look-up.
const policy = `
package peers

default allow := false

allow if {
	some rule in data.acp[input.target].exact[input.originator]
	holds(rule)
}

allow if {
	acp := data.acp[input.target]
	some width in acp.widths
	some rule in acp.patterns[substring(input.originator, 0, width)]
	not contains(substring(input.originator, width, -1), "/")
	holds(rule)
}

holds(rule) if {
	rule.operations[input.operation]
	rule.first <= input.minute
	input.minute < rule.end
	net.cidr_contains(rule.prefix, input.address)
}
`

type rule struct {
	Operations map[string]bool `json:"operations"`
	First      int             `json:"first"`
	End        int             `json:"end"`
	Prefix     string          `json:"prefix"`
}

type acp struct {
	Exact    map[string][]rule `json:"exact"`
	Patterns map[string][]rule `json:"patterns"`
	Widths   []int             `json:"widths"`
	widths   map[int]bool
}

var operations = []string{"create", "retrieve", "update", "delete", "notify",
	"discover"}

func ruleOf(r common.Rule) rule {
	made := rule{map[string]bool{}, r.First, r.End, r.Prefix}
	for bit, name := range operations {
		if r.Operations>>bit&1 == 1 {
			made.Operations[name] = true
		}
	}
	return made
}

func (a *acp) add(r common.Rule) {
	literal, pattern := strings.CutSuffix(r.Originator, "*")
	if !pattern {
		a.Exact[literal] = append(a.Exact[literal], ruleOf(r))
		return
	}
	a.Patterns[literal] = append(a.Patterns[literal], ruleOf(r))
	if !a.widths[len(literal)] {
		a.widths[len(literal)] = true
		a.Widths = append(a.Widths, len(literal))
	}
}

func document(rules []common.Rule) []byte {
	acps := map[string]*acp{}
	for _, r := range rules {
		a := acps[r.Target]
		if a == nil {
			a = &acp{map[string][]rule{}, map[string][]rule{}, []int{},
				map[int]bool{}}
			acps[r.Target] = a
		}
		a.add(r)
	}
	text, err := json.Marshal(map[string]any{"acp": acps})
	if err != nil {
		log.Fatal(err)
	}
	return text
}

// The store keeps the values as OPA evaluates them, so that they are not
// converted at each decision.
func load(text []byte) *rego.PreparedEvalQuery {
	store := inmem.NewFromReaderWithOpts(bytes.NewReader(text),
		inmem.OptReturnASTValuesOnRead(true))
	query, err := rego.New(rego.Query("data.peers.allow"), rego.Store(store),
		rego.Module("peers.rego", policy)).PrepareForEval(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	return &query
}

func inputOf(r common.Request) ast.Value {
	bit := 0
	for r.Operation>>bit != 1 {
		bit++
	}
	value, err := ast.InterfaceToValue(map[string]any{
		"target": r.Target, "originator": r.Originator,
		"operation": operations[bit], "minute": r.Minute, "address": r.Address})
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	arguments := common.Read(os.Args)
	text := document(arguments.Rules)
	var query *rego.PreparedEvalQuery
	loadS, heap := common.Load(func() { query = load(text) })
	inputs := make([]ast.Value, 0, len(arguments.Requests))
	for _, r := range arguments.Requests {
		inputs = append(inputs, inputOf(r))
	}
	background := context.Background()
	found := arguments.Measure(func(number int) bool {
		results, err := query.Eval(background,
			rego.EvalParsedInput(inputs[number]))
		return err == nil && results.Allowed()
	})
	found.Engine, found.Variant, found.Version = "OPA", "rules as data", version.Version
	found.Timed = "Eval of a prepared query; input parsed"
	found.LoadS, found.Bytes = loadS, heap
	fmt.Println(found.JSON())
}
