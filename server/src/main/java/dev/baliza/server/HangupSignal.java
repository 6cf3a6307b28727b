package dev.baliza.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * SIGHUP. Reflection, because the compiler's warning about {@code sun.misc.Signal} cannot be suppressed; the class itself is
 * exported by the module {@code jdk.unsupported} for this use.
 */
final class HangupSignal {
    private HangupSignal() {}

    /**
     * Runs the action, each time on a thread of its own, instead of ending the process.
     *
     * @return false where there is no such signal, or the JVM was told to leave signals alone
     */
    static boolean handle(Runnable action) {
        try {
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Object handler = Proxy.newProxyInstance(
                    HangupSignal.class.getClassLoader(),
                    new Class<?>[] {handlerType},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            action.run();
                            yield null;
                        }
                        case "equals" -> self == arguments[0];
                        case "hashCode" -> System.identityHashCode(self);
                        default -> "SIGHUP handler";
                    });
            Object signal = signalType.getConstructor(String.class).newInstance("HUP");
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
            return true;
        } catch (ReflectiveOperationException e) {
            if (e instanceof InvocationTargetException && !(e.getCause() instanceof IllegalArgumentException)) {
                throw new IllegalStateException("cannot handle SIGHUP", e);
            }
            return false;
        }
    }
}
