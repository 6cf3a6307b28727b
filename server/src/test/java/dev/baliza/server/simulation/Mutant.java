package dev.baliza.server.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A fault in the server: one text of one source file replaced, compiled in memory, and seen by nobody but the simulation that is run
 * against it.
 *
 * @param file below the server's sources, without ".java"
 */
record Mutant(String name, String file, String original, String replacement) {
    private static final Path SOURCES = Path.of("src/main/java/dev/baliza/server");
    private static final String PREFIX = "dev.baliza.server.";

    /** What a simulation says of it: how many seeds it took, and by which law it was found out; "" when it was not. */
    record Verdict(long seeds, String law, String report) {}

    /** Runs the simulation against it, in classes of its own. */
    Verdict run(long firstSeed, long seeds, int threads) throws IOException, ReflectiveOperationException {
        Class<?> simulation = new Classes(compile()).loadClass(Simulation.class.getName());
        try {
            Object result = simulation
                    .getMethod("run", long.class, long.class, int.class)
                    .invoke(null, firstSeed, seeds, threads);
            Class<?> type = result.getClass();
            return new Verdict(
                    (long) type.getMethod("seeds").invoke(result),
                    (String) type.getMethod("law").invoke(result),
                    (String) type.getMethod("report").invoke(result));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(name, e.getCause());
        }
    }

    private Map<String, byte[]> compile() throws IOException {
        String source = Files.readString(SOURCES.resolve(file + ".java"));
        if (source.split(Pattern.quote(original), -1).length != 2) {
            throw new IllegalStateException(name + ": this must stand once in " + file + ": " + original);
        }
        String mutated = source.replace(original, replacement);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter words = new StringWriter();
        try (Memory memory = new Memory(compiler.getStandardFileManager(null, null, null))) {
            List<String> options = List.of("-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
            if (!compiler.getTask(words, memory, null, options, null, List.of(new Source(file, mutated)))
                    .call()) {
                throw new IllegalStateException(name + ": " + words);
            }
            Map<String, byte[]> classes = new HashMap<>();
            memory.classes.forEach((binary, bytes) -> classes.put(binary, bytes.toByteArray()));
            return classes;
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String file, String text) {
            super(URI.create("string:///dev/baliza/server/" + file + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what is compiled. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        Memory(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new SimpleJavaFileObject(URI.create("bytes:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }
    }

    /** The server and its tests anew, with the mutated classes among them. */
    private static final class Classes extends ClassLoader {
        private final Map<String, byte[]> mutated;

        Classes(Map<String, byte[]> mutated) {
            super(Mutant.class.getClassLoader());
            this.mutated = mutated;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                return name.startsWith(PREFIX) ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            byte[] bytes = mutated.get(name);
            if (bytes == null) {
                try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    bytes = in.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
