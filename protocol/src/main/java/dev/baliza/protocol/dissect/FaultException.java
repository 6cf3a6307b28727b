package dev.baliza.protocol.dissect;

import dev.baliza.protocol.ErrorCode;

/** Ends the walk through a frame at the first rule it breaks. Stackless. */
final class FaultException extends Exception {
    private final Fault fault;

    FaultException(int offset, ErrorCode code, String section, int index, String detail) {
        this(new Fault(offset, code, section, index, detail, Advice.of(code)));
    }

    FaultException(Fault fault) {
        super(fault.detail(), null, false, false);
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
