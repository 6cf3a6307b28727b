package dev.baliza.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** A file of the live page, read from the class path once. */
final class PageFile {
    private final String contentType;
    private final byte[] content;

    private PageFile(String name, String contentType) {
        this.contentType = contentType;
        try (InputStream in = PageFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing on the class path: " + name);
            }
            this.content = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By path. */
    static Map<String, PageFile> all() {
        return Map.of(
                "/", new PageFile("page.html", "text/html; charset=utf-8"),
                "/page.js", new PageFile("page.js", "text/javascript; charset=utf-8"),
                "/page.css", new PageFile("page.css", "text/css; charset=utf-8"),
                "/favicon.svg", new PageFile("favicon.svg", "image/svg+xml"));
    }

    String contentType() {
        return contentType;
    }

    /** Not to be changed. */
    byte[] content() {
        return content;
    }
}
