import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import oasis.names.tc.xacml._3_0.core.schema.wd_17.DecisionType;
import org.ow2.authzforce.core.pdp.api.AttributeFqn;
import org.ow2.authzforce.core.pdp.api.AttributeFqns;
import org.ow2.authzforce.core.pdp.api.DecisionRequest;
import org.ow2.authzforce.core.pdp.api.DecisionRequestBuilder;
import org.ow2.authzforce.core.pdp.api.value.Bags;
import org.ow2.authzforce.core.pdp.api.value.IntegerValue;
import org.ow2.authzforce.core.pdp.api.value.StandardDatatypes;
import org.ow2.authzforce.core.pdp.api.value.StringValue;
import org.ow2.authzforce.core.pdp.impl.BasePdpEngine;
import org.ow2.authzforce.core.pdp.impl.PdpEngineConfiguration;
import org.ow2.authzforce.core.pdp.impl.PdpModelHandler;

/**
 * AuthzForce, an XACML 3.0 engine, beside the others:
 * PeerXacml RULES REQUESTS BUDGET_S FOLDER VERSION
 *
 * Writes its policy into FOLDER and prints what peer.h says.
 */
public final class PeerXacml {
    private static final String FUNCTION = "urn:oasis:names:tc:xacml:1.0:function:";
    private static final String TYPE = "http://www.w3.org/2001/XMLSchema#";
    private static final String SUBJECT =
        "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
    private static final String CATEGORY =
        "urn:oasis:names:tc:xacml:3.0:attribute-category:";
    private static final double WARM_UP_S = 10, ENOUGH_S = 3;
    private static final long LONG_NS = 100_000; // longer ones count by processor time

    private static final String TARGET = attribute(CATEGORY + "resource", "target", "string");
    private static final String ORIGINATOR = attribute(SUBJECT, "originator", "string");
    private static final String OPERATION = attribute(CATEGORY + "action", "operation", "integer");
    private static final String MINUTE = attribute(CATEGORY + "environment", "minute", "integer");
    private static final String ADDRESS = attribute(CATEGORY + "environment", "address", "integer");

    private record Question(DecisionRequest request, boolean expected) {}

    // ---- policies

    private static String attribute(String category, String name, String type) {
        return "<AttributeDesignator Category=\"" + category + "\" AttributeId=\"" + name
            + "\" DataType=\"" + TYPE + type + "\" MustBePresent=\"true\"/>";
    }

    private static String value(String type, Object value) {
        return "<AttributeValue DataType=\"" + TYPE + type + "\">" + value + "</AttributeValue>";
    }

    private static String apply(String function, String... arguments) {
        return "<Apply FunctionId=\"" + FUNCTION + function + "\">" + String.join("", arguments)
            + "</Apply>";
    }

    private static String match(String function, String literal, String attribute) {
        return "<AllOf><Match MatchId=\"" + FUNCTION + function + "\">" + literal + attribute
            + "</Match></AllOf>";
    }

    private static String compared(String function, String attribute, long number) {
        return apply("integer-" + function, apply("integer-one-and-only", attribute),
            value("integer", number));
    }

    /** From -2^31: above 2^31 AuthzForce 21.0.1 compares integers wrongly. */
    private static long address(String dotted) {
        return Arrays.stream(dotted.split("\\.")).mapToLong(Long::parseLong)
            .reduce(0, (all, part) -> all << 8 | part) - (1L << 31);
    }

    /** What "*" stands for has no "/"; nothing else in a name is special in an expression. */
    private static String originator(String entry) {
        return entry.endsWith("*")
            ? match("string-regexp-match", value("string", "^" + entry.replace("*", "[^/]*") + "$"),
                ORIGINATOR)
            : match("string-equal", value("string", entry), ORIGINATOR);
    }

    private static String rule(String[] f, int number) {
        int operations = Integer.parseInt(f[2]);
        StringBuilder any = new StringBuilder();
        for (int bit = 1; bit <= operations; bit <<= 1) {
            if ((operations & bit) != 0) {
                any.append(match("integer-equal", value("integer", bit), OPERATION));
            }
        }
        String[] prefix = f[5].split("/");
        long first = address(prefix[0]);
        return "<Rule RuleId=\"r" + number + "\" Effect=\"Permit\"><Target><AnyOf>"
            + originator(f[1]) + "</AnyOf><AnyOf>" + any + "</AnyOf></Target><Condition>"
            + apply("and", compared("greater-than-or-equal", MINUTE, Long.parseLong(f[3])),
                compared("less-than", MINUTE, Long.parseLong(f[4])),
                compared("greater-than-or-equal", ADDRESS, first),
                compared("less-than", ADDRESS, first + (1L << 32 - Integer.parseInt(prefix[1]))))
            + "</Condition></Rule>";
    }

    /** A policy for each target, in one set; rules of a target follow each other. */
    private static void write(Path file, List<String[]> rules) throws IOException {
        String head = " xmlns=\"urn:oasis:names:tc:xacml:3.0:core:schema:wd-17\" Version=\"1.0\" ";
        String combining = "urn:oasis:names:tc:xacml:3.0:%s-combining-algorithm:deny-unless-permit\">";
        String target = null;
        int number = 0;
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write("<PolicySet PolicySetId=\"root\"" + head + "PolicyCombiningAlgId=\""
                + combining.formatted("policy") + "<Target/>");
            for (String[] f : rules) {
                if (!f[0].equals(target)) {
                    out.write(target == null ? "" : "</Policy>");
                    target = f[0];
                    out.write("<Policy PolicyId=\"p" + number + "\"" + head + "RuleCombiningAlgId=\""
                        + combining.formatted("rule") + "<Target><AnyOf>"
                        + match("string-equal", value("string", target), TARGET)
                        + "</AnyOf></Target>");
                }
                out.write(rule(f, number++));
            }
            out.write("</Policy></PolicySet>");
        }
    }

    private static BasePdpEngine load(Path folder, PdpModelHandler schemas) throws IOException {
        Path file = folder.resolve("pdp.xml");
        Files.writeString(file, "<pdp xmlns=\"http://authzforce.github.io/core/xmlns/pdp/8\""
            + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"8.0\">"
            + "<policyProvider id=\"files\" xsi:type=\"StaticPolicyProvider\"><policyLocation>"
            + folder.resolve("policy.xml").toUri() + "</policyLocation></policyProvider>"
            + "<rootPolicyRef>root</rootPolicyRef></pdp>");
        return new BasePdpEngine(PdpEngineConfiguration.getInstance(file.toString(), schemas));
    }

    // ---- requests

    private static AttributeFqn name(String category, String name) {
        return AttributeFqns.newInstance(category, Optional.empty(), name);
    }

    private static Question question(BasePdpEngine engine, String[] f) {
        DecisionRequestBuilder<?> made = engine.newRequestBuilder(4, 5);
        made.putNamedAttributeIfAbsent(name(CATEGORY + "resource", "target"),
            Bags.singletonAttributeBag(StandardDatatypes.STRING, new StringValue(f[0])));
        made.putNamedAttributeIfAbsent(name(SUBJECT, "originator"),
            Bags.singletonAttributeBag(StandardDatatypes.STRING, new StringValue(f[1])));
        made.putNamedAttributeIfAbsent(name(CATEGORY + "action", "operation"), integer(Long.parseLong(f[2])));
        made.putNamedAttributeIfAbsent(name(CATEGORY + "environment", "minute"), integer(Long.parseLong(f[4])));
        made.putNamedAttributeIfAbsent(name(CATEGORY + "environment", "address"), integer(address(f[5])));
        return new Question(made.build(false), f[6].equals("1"));
    }

    private static org.ow2.authzforce.core.pdp.api.value.AttributeBag<IntegerValue> integer(long number) {
        return Bags.singletonAttributeBag(StandardDatatypes.INTEGER, IntegerValue.valueOf(number));
    }

    // ---- the program

    private static List<String[]> lines(String path) throws IOException {
        return Files.readAllLines(Path.of(path)).stream().map(line -> line.split("\t"))
            .collect(Collectors.toList());
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Processor time: what others use does not count. */
    private static long processNs() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[3]).toAbsolutePath();
        double budget = Double.parseDouble(arguments[2]);
        List<String[]> rules = lines(arguments[0]);
        write(folder.resolve("policy.xml"), rules.subList(0, 1));
        PdpModelHandler schemas = new PdpModelHandler(null, null); // seconds, once and for all
        load(folder, schemas).close(); // and so do the schemas of policies
        write(folder.resolve("policy.xml"), rules);
        long before = heap();
        long used = processNs();
        BasePdpEngine engine = load(folder, schemas);
        double load = (processNs() - used) / 1e9;
        long bytes = heap() - before;
        List<Question> questions = new ArrayList<>();
        for (String[] f : lines(arguments[1])) {
            questions.add(question(engine, f));
        }

        List<Long> times = new ArrayList<>();
        List<Integer> wrong = new ArrayList<>();
        int asked = 0;
        double enough = ENOUGH_S;
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        while (since(start) < budget && !(asked >= questions.size() && since(start) > enough)) {
            Question question = questions.get(asked % questions.size());
            used = threads.getCurrentThreadCpuTime();
            long begin = System.nanoTime();
            boolean permit = engine.evaluate(question.request()).getDecision() == DecisionType.PERMIT;
            long passed = System.nanoTime() - begin;
            times.add(passed > LONG_NS ? threads.getCurrentThreadCpuTime() - used : passed);
            if (permit != question.expected() && asked < questions.size()) {
                wrong.add(asked);
            }
            asked++;
            if (asked == questions.size() && since(start) < WARM_UP_S) {
                times.clear(); // the compiler was still at work
                enough = since(start) + ENOUGH_S;
            }
        }
        times.sort(null);
        int calls = times.size();
        System.out.printf("{\"engine\":\"AuthzForce (XACML)\",\"variant\":\"whole set\","
            + "\"version\":\"%s\",\"timed\":\"BasePdpEngine.evaluate; request built\",\"calls\":%d,"
            + "\"checked\":%d,\"p50_ns\":%d,\"p99_ns\":%d,\"load_s\":%.6f,\"bytes\":%d,"
            + "\"bytes_by\":\"Java heap after collection\",\"wrong\":%s}%n", arguments[4], calls,
            Math.min(asked, questions.size()), times.get(calls / 2), times.get(calls - calls / 100 - 1),
            load, bytes, wrong);
        engine.close();
    }
}
