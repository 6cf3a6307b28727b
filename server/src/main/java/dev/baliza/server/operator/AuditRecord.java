package dev.baliza.server.operator;

import java.util.Map;

/**
 * What the audit log says of a request.
 *
 * @param role label, or {@link #NOBODY}
 * @param address of the sender, with its port
 * @param request number of the request, 16 hexadecimal digits
 * @param arguments without secrets
 * @param outcome {@code begin} before an effect, else the label of a status
 * @param detail why not, or what came of it; may be empty
 */
record AuditRecord(
        String operator,
        String role,
        String address,
        String request,
        String operation,
        Map<String, Object> arguments,
        String outcome,
        String detail) {
    static final String BEGIN = "begin";
    /** Role of whoever may not ask. */
    static final String NOBODY = "none";
}
