package dev.baliza.server.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.baliza.protocol.Names;
import dev.baliza.server.session.Caller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All operations of a server, by name. Immutable; thread: any. */
public final class Operations {
    private final Map<String, Operation> byName = new TreeMap<>();

    /** @throws IllegalArgumentException two have one name, or a name breaks its rule */
    public Operations(Collection<Operation> operations) {
        for (Operation operation : operations) {
            if (!Names.isOperation(operation.name())) {
                throw new IllegalArgumentException("no name of an operation: " + operation.name());
            }
            if (byName.put(operation.name(), operation) != null) {
                throw new IllegalArgumentException("two operations " + operation.name());
            }
        }
    }

    /** These and {@code whoami}. */
    public static Operations withWhoami(Collection<Operation> others) {
        List<Operation> all = new ArrayList<>(others);
        WhoAmI whoAmI = new WhoAmI();
        all.add(whoAmI.operation());
        Operations operations = new Operations(all);
        whoAmI.use(operations);
        return operations;
    }

    Optional<Operation> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Sorted by name. */
    public Collection<Operation> all() {
        return byName.values();
    }

    void describe(JsonGenerator g, Caller caller) throws IOException {
        g.writeArrayFieldStart("operations");
        for (Operation operation : byName.values()) {
            if (operation.forbids(caller).isPresent()) {
                continue;
            }
            g.writeStartObject();
            g.writeStringField("name", operation.name());
            g.writeStringField("role", operation.role().label());
            g.writeStringField("purpose", operation.purpose());
            g.writeArrayFieldStart("arguments");
            for (Parameter parameter : operation.parameters()) {
                g.writeStartObject();
                g.writeStringField("name", parameter.name());
                g.writeStringField("allowed", parameter.allowed());
                g.writeBooleanField("required", parameter.required());
                g.writeEndObject();
            }
            g.writeEndArray();
            g.writeEndObject();
        }
        g.writeEndArray();
    }
}
