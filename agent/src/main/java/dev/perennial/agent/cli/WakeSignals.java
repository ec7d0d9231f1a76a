package dev.perennial.agent.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The signals that have a daemon look again; unhandled, both would end it. The JDK's only way to them is
 * {@code sun.misc.Signal}, which is called by its name because the compiler warns of it without a way to say that it is
 * meant.
 */
final class WakeSignals {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final List<String> NAMES = List.of("HUP", "USR1");

    private WakeSignals() {}

    static void handle(Runnable wake) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object waker = Proxy.newProxyInstance(
                    WakeSignals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        wake.run();
                        return null;
                    });
            for (String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), waker);
            }
        } catch (ReflectiveOperationException e) {
            LOG.log(Level.WARNING, "signals cannot be handled here: {0}", e.toString());
        }
    }
}
