package dev.baliza.sim;

import dev.baliza.protocol.CalcMessage;
import dev.baliza.protocol.CalcMessage.Kind;
import dev.baliza.protocol.CalcResult;
import dev.baliza.protocol.Message;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code baliza calc}: a postfix expression of numbers, live readings and operators, worked out by the server. */
@Command(
        name = "calc",
        description =
                "Have a server calculate in postfix notation, such as: '21 2 *' or 'lab-1/temperature 1.8 * 32 +'",
        mixinStandardHelpOptions = true)
public final class CalcCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int UNREACHABLE = 69;
    private static final int TRIES = 5;
    private static final long FIRST_WAIT_MILLIS = 300;
    /** Room for an answer with its reason. */
    private static final int FRAME_BYTES = 160;

    private static final int SHALLOW = 2;
    private static final double PLAIN_BELOW = 1e15;
    private static final double PLAIN_ABOVE = 1e-6;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private Target target = new Target();

    @Mixin
    private SenderChoice sender = new SenderChoice();

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Parameters(
            arity = "1..*",
            paramLabel = "EXPRESSION",
            description = "Operators: + - * / % min max pow abs neg sqrt ln exp")
    private List<String> expression = List.of();

    @Override
    public Integer call() throws InterruptedException {
        try {
            long session = new SecureRandom().nextInt() & 0xFFFF_FFFFL;
            List<CalcMessage.Token> tokens = tokens(String.join(" ", expression), session);
            try (StationLink link = target.open(sender.device(), sender.key())) {
                return target.isWelcomed(link, "calc") ? run(link, tokens) : UNREACHABLE;
            }
        } catch (IllegalArgumentException e) {
            CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
            throw new ParameterException(line, String.valueOf(e.getMessage()), e);
        }
    }

    /** Words to tokens; more than two operands ask for the deep stack. */
    static List<CalcMessage.Token> tokens(String text, long session) {
        List<CalcMessage.Token> tokens = new ArrayList<>();
        List<String> words = List.of(text.strip().split("\\s+")).stream()
                .filter(w -> !w.isEmpty())
                .toList();
        if (words.isEmpty()) {
            throw new IllegalArgumentException("nothing to calculate; write such as: baliza calc '21 2 *'");
        }
        boolean deep = words.stream().filter(w -> kind(w) != Kind.OPERATOR).count() > SHALLOW;
        for (String word : words) {
            Kind kind = kind(word);
            double number = kind == Kind.NUMBER ? Double.parseDouble(word) : 0;
            tokens.add(
                    new CalcMessage.Token(session, tokens.size(), deep, kind, number, kind == Kind.NUMBER ? "" : word));
        }
        tokens.add(new CalcMessage.Token(session, tokens.size(), false, Kind.END, 0, ""));
        return tokens;
    }

    private static Kind kind(String word) {
        if (word.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?")) {
            return Kind.NUMBER;
        }
        return word.length() > 1 && word.contains("/") ? Kind.READING : Kind.OPERATOR;
    }

    private int run(StationLink link, List<CalcMessage.Token> tokens) throws InterruptedException {
        CalcMessage.Answer answer = null;
        for (CalcMessage.Token token : tokens) {
            answer = ask(link, token);
            if (answer == null) {
                System.err.println("baliza calc: " + target.unreachable(link.tlsProblem()));
                return UNREACHABLE;
            }
            if (answer.result() != CalcResult.OK.code()) {
                return failed(token, answer);
            }
        }
        double value = answer == null ? 0 : answer.value();
        System.out.println(json ? "{\"value\":" + plain(value) + "}" : plain(value));
        return 0;
    }

    private static CalcMessage.@Nullable Answer ask(StationLink link, CalcMessage.Token token)
            throws InterruptedException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            link.send(token, FRAME_BYTES);
            Message message = link.await(
                    FIRST_WAIT_MILLIS << attempt,
                    one -> one instanceof CalcMessage.Answer answer
                            && answer.session() == token.session()
                            && answer.token() == token.token()
                            && answer.result() != CalcResult.BUSY.code());
            if (message instanceof CalcMessage.Answer answer) {
                return answer;
            }
        }
        return null;
    }

    private int failed(CalcMessage.Token token, CalcMessage.Answer answer) {
        CalcResult known = CalcResult.of(answer.result());
        String result =
                known == null ? "result " + answer.result() : known.name().toLowerCase(Locale.ROOT);
        String word = switch (token.kind()) {
            case NUMBER -> plain(token.number());
            case READING, OPERATOR -> token.text();
            case END -> "the end";
        };
        String hint = known == CalcResult.NOT_ALLOWED
                ? "; from another host, or where devices have keys, use --keys FILE --device NAME"
                : "";
        if (json) {
            System.out.println("{\"error\":\"" + result + "\",\"token\":" + token.token() + "}");
        }
        String text = answer.text().isEmpty() ? "" : ": " + answer.text();
        System.err.println("baliza calc: " + result.replace('_', ' ') + " at " + word + text + hint);
        return FAILED;
    }

    /** Without a trailing .0, and without an exponent where people would not write one. */
    static String plain(double value) {
        double size = Math.abs(value);
        return value == 0 || (size >= PLAIN_ABOVE && size < PLAIN_BELOW)
                ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
                : Double.toString(value);
    }
}
