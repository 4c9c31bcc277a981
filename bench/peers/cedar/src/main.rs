//! Cedar beside the other engines: peer-cedar RULES REQUESTS BUDGET_S VARIANT
//!
//! VARIANT is "whole" (one policy set) or "sliced" (for each target the set of its
//! policies, found in a hash table). Prints what peer.h says.

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet,
    Request, RestrictedExpression,
};
use std::collections::HashMap;
use std::time::Instant;
use std::{env, fmt::Write, fs, str::FromStr};

const ACTIONS: [&str; 6] = ["create", "retrieve", "update", "delete", "notify", "discover"];
const LONG_NS: u64 = 100_000; // longer ones count by processor time
const LEAST_S: f64 = 1.0; // of quick series, which go round

/// "*" stops at a "/" in oneM2M and goes on in `like`.
fn originator(entry: &str) -> (String, String) {
    if entry.contains('*') {
        let test = format!(
            "context.originator like \"{entry}\" && !(context.originator like \"{entry}/*\") && "
        );
        ("principal".into(), test)
    } else {
        (format!("principal == Entity::\"{entry}\""), String::new())
    }
}

fn policy(line: &str) -> String {
    let f: Vec<&str> = line.split('\t').collect();
    let (principal, test) = originator(f[1]);
    let operations: u32 = f[2].parse().unwrap();
    let actions: Vec<String> = (0..ACTIONS.len())
        .filter(|bit| operations >> bit & 1 == 1)
        .map(|bit| format!("Action::\"{}\"", ACTIONS[bit]))
        .collect();
    format!(
        "permit({principal}, action in [{}], resource == Resource::\"{}\") when {{ {test}\
         context.minute >= {} && context.minute < {} && context.address.isInRange(ip(\"{}\")) }};\n",
        actions.join(", "), f[0], f[3], f[4], f[5]
    )
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

struct Question {
    request: Request,
    target: String,
    expected: bool,
}

struct Types {
    entity: EntityTypeName,
    action: EntityTypeName,
    resource: EntityTypeName,
}

fn question(line: &str, types: &Types) -> Question {
    let f: Vec<&str> = line.split('\t').collect();
    let operation: u32 = f[2].parse().unwrap();
    let context = Context::from_pairs([
        ("originator".into(), RestrictedExpression::new_string(f[1].into())),
        ("minute".into(), RestrictedExpression::new_long(f[4].parse().unwrap())),
        ("address".into(), RestrictedExpression::new_ip(f[5])),
    ])
    .unwrap();
    let action = ACTIONS[operation.trailing_zeros() as usize];
    let request = Request::new(
        uid(&types.entity, f[1]),
        uid(&types.action, action),
        uid(&types.resource, f[0]),
        context,
        None,
    );
    Question { request: request.unwrap(), target: f[0].into(), expected: f[6] == "1" }
}

/// Policy sets by target; a whole set is that of "".
type Sets = HashMap<String, PolicySet>;

fn texts(rules: &str, sliced: bool) -> Vec<(String, String)> {
    let mut sets: Vec<(String, String)> = Vec::new();
    for line in rules.lines() {
        let target = if sliced { line.split('\t').next().unwrap() } else { "" };
        if sets.last().map_or(true, |last| last.0 != target) {
            sets.push((target.into(), String::new()));
        }
        sets.last_mut().unwrap().1.write_str(&policy(line)).unwrap();
    }
    sets
}

fn resident_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

const PROCESS: i32 = 2;
const THREAD: i32 = 3;

/// Processor time of the process or of this thread: what others use does not count.
fn cpu_ns(clock: i32) -> u64 {
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    // SAFETY: the structure is the one of 64-bit Linux, and outlives the call.
    unsafe { clock_gettime(clock, &mut time) };
    time.seconds as u64 * 1_000_000_000 + time.nanoseconds as u64
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let sliced = arguments[4] == "sliced";
    let budget_s: f64 = arguments[3].parse().unwrap();
    let texts = texts(&fs::read_to_string(&arguments[1]).unwrap(), sliced);
    let types = Types {
        entity: "Entity".parse().unwrap(),
        action: "Action".parse().unwrap(),
        resource: "Resource".parse().unwrap(),
    };
    let questions: Vec<Question> = fs::read_to_string(&arguments[2])
        .unwrap()
        .lines()
        .map(|line| question(line, &types))
        .collect();

    let before = resident_bytes();
    let start = cpu_ns(PROCESS);
    let sets: Sets = texts
        .iter()
        .map(|(target, text)| (target.clone(), PolicySet::from_str(text).unwrap()))
        .collect();
    let load_s = (cpu_ns(PROCESS) - start) as f64 / 1e9;
    let bytes = resident_bytes().saturating_sub(before);

    let authorizer = Authorizer::new();
    let entities = Entities::empty();
    let none = PolicySet::new();
    let mut times: Vec<u64> = Vec::new();
    let mut wrong: Vec<usize> = Vec::new();
    let start = Instant::now();
    while start.elapsed().as_secs_f64() < budget_s {
        let place = times.len() % questions.len();
        let question = &questions[place];
        let key = if sliced { question.target.as_str() } else { "" };
        let cpu = cpu_ns(THREAD);
        let asked = Instant::now();
        let set = sets.get(key).unwrap_or(&none);
        let permit = authorizer.is_authorized(&question.request, set, &entities).decision()
            == Decision::Allow;
        let passed = asked.elapsed().as_nanos() as u64;
        times.push(if passed > LONG_NS { cpu_ns(THREAD) - cpu } else { passed });
        if permit != question.expected && times.len() <= questions.len() {
            wrong.push(place);
        }
        if times.len() >= questions.len() && start.elapsed().as_secs_f64() > LEAST_S {
            break;
        }
    }
    let calls = times.len();
    times.sort_unstable();
    println!(
        "{{\"engine\":\"Cedar\",\"variant\":\"{}\",\"version\":\"{}\",\"timed\":\"Authorizer::is_authorized; \
         Request built\",\"calls\":{calls},\"checked\":{},\"p50_ns\":{},\"p99_ns\":{},\"load_s\":{load_s:.6},\
         \"bytes\":{bytes},\"bytes_by\":\"RSS\",\"wrong\":{wrong:?}}}",
        if sliced { "policies of the target" } else { "whole set" },
        cedar_policy::get_sdk_version(),
        calls.min(questions.len()),
        times[calls / 2],
        times[calls - calls / 100 - 1],
    );
}
