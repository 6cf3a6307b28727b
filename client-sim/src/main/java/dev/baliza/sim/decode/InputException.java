package dev.baliza.sim.decode;

/** What was given is not what it should be; the message says where and what to do. */
final class InputException extends Exception {
    InputException(String message) {
        super(message);
    }
}
