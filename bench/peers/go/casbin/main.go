// Casbin beside the other engines: peer-casbin RULES REQUESTS BUDGET_S
//
// Prints what peer.h says.
package main

import (
	"fmt"
	"log"
	"net/netip"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"peers/common"
)

// The cheap comparison that most rules fail comes first: the matcher is
// evaluated for one rule after the other, and stops at the first term that is
// false.
const modelText = `
[request_definition]
r = obj, sub, act, minute, address

[policy_definition]
p = obj, sub, act, first, end, prefix

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.obj == p.obj && named(r.sub, p.sub) && allowed(r.act, p.act) && within(r.minute, p.first, p.end) && inPrefix(r.address, p.prefix)
`

// path.Match has the meaning of oneM2M: "*" stops at "/".
func named(arguments ...any) (any, error) {
	name, entry := arguments[0].(string), arguments[1].(string)
	if !strings.HasSuffix(entry, "*") {
		return name == entry, nil
	}
	return path.Match(entry, name)
}

// Numbers come as float64 from the expression.
func allowed(arguments ...any) (any, error) {
	set, err := strconv.Atoi(arguments[1].(string))
	return int(arguments[0].(float64))&set != 0, err
}

func within(arguments ...any) (any, error) {
	minute := int(arguments[0].(float64))
	first, err := strconv.Atoi(arguments[1].(string))
	if err != nil {
		return false, err
	}
	end, err := strconv.Atoi(arguments[2].(string))
	return first <= minute && minute < end, err
}

// Casbin's own ipMatch reads the prefix with net.ParseCIDR; this takes less.
func inPrefix(arguments ...any) (any, error) {
	prefix, err := netip.ParsePrefix(arguments[1].(string))
	return prefix.Contains(arguments[0].(netip.Addr)), err
}

// As they come from a file: nothing is shared with the rules that were read.
func lines(rules []common.Rule) [][]string {
	made := make([][]string, 0, len(rules))
	for _, r := range rules {
		line := fmt.Sprintf("%s,%s,%d,%d,%d,%s", r.Target, r.Originator,
			r.Operations, r.First, r.End, r.Prefix)
		made = append(made, strings.Split(line, ","))
	}
	return made
}

func load(rules [][]string) *casbin.Enforcer {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		log.Fatal(err)
	}
	enforcer, err := casbin.NewEnforcer(m)
	if err != nil {
		log.Fatal(err)
	}
	enforcer.AddFunction("named", named)
	enforcer.AddFunction("allowed", allowed)
	enforcer.AddFunction("within", within)
	enforcer.AddFunction("inPrefix", inPrefix)
	if _, err = enforcer.AddPolicies(rules); err != nil {
		log.Fatal(err)
	}
	return enforcer
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if strings.HasPrefix(module.Path, "github.com/casbin/casbin/") {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return "?"
}

func main() {
	arguments := common.Read(os.Args)
	var enforcer *casbin.Enforcer
	loadS, bytes := common.Load(func() { enforcer = load(lines(arguments.Rules)) })
	requests := make([][]any, 0, len(arguments.Requests))
	for _, r := range arguments.Requests {
		requests = append(requests, []any{r.Target, r.Originator, r.Operation,
			r.Minute, netip.MustParseAddr(r.Address)})
	}
	found := arguments.Measure(func(number int) bool {
		permit, err := enforcer.Enforce(requests[number]...)
		return err == nil && permit
	})
	found.Engine, found.Variant, found.Version = "Casbin (Go)", "all rules", version()
	found.Timed = "Enforce; arguments at hand"
	found.LoadS, found.Bytes = loadS, bytes
	fmt.Println(found.JSON())
	runtime.KeepAlive(enforcer)
}
