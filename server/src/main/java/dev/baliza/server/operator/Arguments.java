package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The arguments of a request, checked. Immutable. Limits: 32 members, texts of 8,192 characters, one object within another. */
public final class Arguments {
    private static final int MAX_MEMBERS = 32;
    private static final int MAX_TEXT = 8_192;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(MAX_TEXT)
                    .maxNameLength(64)
                    .maxNumberLength(20)
                    .build())
            .build();

    private final Map<String, Object> values;

    private Arguments(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Reads and checks.
     *
     * @throws IllegalArgumentException what is wrong, and what is allowed
     */
    static Arguments of(String json, List<Parameter> parameters) {
        Map<String, Object> values = parse(json);
        String known = parameters.isEmpty()
                ? "it takes none"
                : "it takes " + parameters.stream().map(Parameter::name).collect(Collectors.joining(", "));
        for (Map.Entry<String, Object> value : values.entrySet()) {
            Parameter parameter = parameters.stream()
                    .filter(p -> p.name().equals(value.getKey()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown argument; " + known));
            parameter.problem(value.getValue()).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
        }
        for (Parameter parameter : parameters) {
            if (parameter.required() && !values.containsKey(parameter.name())) {
                throw new IllegalArgumentException(
                        "'" + parameter.name() + "' is missing; it must be " + parameter.allowed());
            }
        }
        return new Arguments(values);
    }

    private static Map<String, Object> parse(String json) {
        try (JsonParser in = FACTORY.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("arguments must be a JSON object, such as {}");
            }
            Map<String, Object> values = object(in, true);
            if (in.nextToken() != null) {
                throw new IllegalArgumentException("something follows the JSON object of arguments");
            }
            return values;
        } catch (IOException e) {
            throw new IllegalArgumentException("arguments must be a JSON object, such as {}, each member once", e);
        }
    }

    private static Map<String, Object> object(JsonParser in, boolean outer) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            if (values.size() == MAX_MEMBERS) {
                throw new IllegalArgumentException("more than " + MAX_MEMBERS + " arguments");
            }
            String name = in.currentName();
            values.put(name, value(in, in.nextToken(), outer));
        }
        return values;
    }

    private static Object value(JsonParser in, JsonToken token, boolean outer) throws IOException {
        return switch (token) {
            case VALUE_STRING -> in.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> whole(in);
            case START_OBJECT -> inner(in, outer);
            default ->
                throw new IllegalArgumentException(
                        "arguments are texts, whole numbers, true, false, or an object of these");
        };
    }

    private static long whole(JsonParser in) throws IOException {
        if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new IllegalArgumentException("a number is too large");
        }
        return in.getLongValue();
    }

    private static Map<String, Object> inner(JsonParser in, boolean outer) throws IOException {
        if (!outer) {
            throw new IllegalArgumentException("arguments are nested too deep");
        }
        return object(in, false);
    }

    /** Names and values, in their order. */
    Map<String, Object> values() {
        return values;
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable((String) values.get(name));
    }

    /** A text that the parameter needs. */
    public String needed(String name) {
        return text(name).orElseThrow(() -> new IllegalStateException(name + " was not checked"));
    }

    public long number(String name, long otherwise) {
        return values.get(name) instanceof Long number ? number : otherwise;
    }

    public boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    /** Members of an object: texts, numbers as text, true and false. */
    public Map<String, String> object(String name) {
        Map<String, String> members = new LinkedHashMap<>();
        if (values.get(name) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> members.put(String.valueOf(key), String.valueOf(value)));
        }
        return members;
    }
}
