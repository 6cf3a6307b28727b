package dev.baliza.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may depend on whom: ARCHITECTURE.md, checked. */
class ArchitectureTest {
    private static final String SERVER = "dev.baliza.server.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.baliza.server");

    private static void neverFrom(String from, String... to) {
        noClasses()
                .that()
                .resideInAnyPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(CLASSES);
    }

    @Test
    void theSessionAndTheNumbersKnowNoNettyNoMetricsNoLog() {
        for (String pure : new String[] {"session", "aggregate", "books", "downlink"}) {
            neverFrom(SERVER + pure, "io.netty..", "io.micrometer..", "io.prometheus..", "org.slf4j..", "ch.qos..");
            neverFrom(SERVER + pure, SERVER + "transport", SERVER + "http", SERVER + "metrics", SERVER + "config");
        }
    }

    @Test
    void theNumbersDoNotKnowTheSession() {
        neverFrom(SERVER + "aggregate", SERVER + "session");
        neverFrom(SERVER + "books", SERVER + "session", SERVER + "aggregate");
    }

    @Test
    void theTalkKnowsNoSession() {
        neverFrom(SERVER + "downlink", SERVER + "session", SERVER + "aggregate", SERVER + "tap");
    }

    @Test
    void tapsKnowOnlyValues() {
        neverFrom(SERVER + "tap", "io.netty..", "io.micrometer..", "io.prometheus..", "org.slf4j..", "ch.qos..");
        neverFrom(
                SERVER + "tap",
                SERVER + "session",
                SERVER + "aggregate",
                SERVER + "transport",
                SERVER + "http",
                SERVER + "metrics",
                SERVER + "config");
    }

    @Test
    void desksKnowTheSessionTheBooksAndTheProtocolOnly() {
        for (String desk : new String[] {"files", "calc"}) {
            neverFrom(
                    SERVER + desk,
                    "io.netty..",
                    "io.micrometer..",
                    "io.prometheus..",
                    "dev.baliza.protocol.codec",
                    "dev.baliza.protocol.netty",
                    SERVER + "aggregate",
                    SERVER + "transport",
                    SERVER + "http",
                    SERVER + "metrics",
                    SERVER + "config");
        }
        neverFrom(SERVER + "files", SERVER + "calc");
        neverFrom(SERVER + "calc", SERVER + "files");
    }

    @Test
    void operatorsActThroughTheBooksAndWhatTheyAreGiven() {
        neverFrom(
                SERVER + "operator",
                "io.netty..",
                "io.micrometer..",
                "io.prometheus..",
                SERVER + "transport",
                SERVER + "aggregate",
                SERVER + "metrics");
        for (String stage : new String[] {"session", "transport", "aggregate", "books", "http", "metrics", "config"}) {
            neverFrom(SERVER + stage, SERVER + "operator");
        }
    }

    @Test
    void theStoreKnowsOnlyTheDiskAndValues() {
        neverFrom(SERVER + "store", "io.netty..", "io.micrometer..", "io.prometheus..", "org.slf4j..", "ch.qos..");
        neverFrom(
                SERVER + "store",
                "dev.baliza.protocol.codec",
                "dev.baliza.protocol.netty",
                SERVER + "session",
                SERVER + "aggregate",
                SERVER + "books",
                SERVER + "tap",
                SERVER + "transport",
                SERVER + "http",
                SERVER + "metrics",
                SERVER + "config");
    }

    @Test
    void theTransportKnowsNoMetricsAndNoNumbers() {
        neverFrom(
                SERVER + "transport",
                SERVER + "downlink",
                "io.micrometer..",
                "io.prometheus..",
                SERVER + "aggregate",
                SERVER + "http",
                SERVER + "metrics",
                SERVER + "config");
    }

    @Test
    void metricsAndHttpSeeTheBooksOnly() {
        for (String reader : new String[] {"metrics", "http"}) {
            neverFrom(
                    SERVER + reader,
                    SERVER + "session",
                    SERVER + "aggregate",
                    SERVER + "downlink",
                    SERVER + "transport",
                    SERVER + "config",
                    "dev.baliza.protocol.codec",
                    "dev.baliza.protocol.netty");
        }
        neverFrom(SERVER + "metrics", "io.netty..");
    }

    @Test
    void tlsAndUsersKnowNoOtherStage() {
        for (String door : new String[] {"tls", "auth"}) {
            neverFrom(SERVER + door, "io.micrometer..", "io.prometheus..", "ch.qos..");
            neverFrom(
                    SERVER + door,
                    SERVER + "session",
                    SERVER + "aggregate",
                    SERVER + "transport",
                    SERVER + "http",
                    SERVER + "metrics",
                    SERVER + "config");
        }
        neverFrom(SERVER + "auth", "io.netty..", "org.slf4j..", SERVER + "tls");
        neverFrom(SERVER + "tls", SERVER + "auth");
    }

    @Test
    void theConfigurationDependsOnNothingOfOurs() {
        neverFrom(
                SERVER + "config",
                "dev.baliza.protocol..",
                SERVER + "books",
                SERVER + "session",
                SERVER + "aggregate",
                SERVER + "transport",
                SERVER + "http",
                SERVER + "metrics",
                "io.netty..");
    }

    @Test
    void nobodyImportsTheRootAndThereAreNoCycles() {
        noClasses()
                .that()
                .resideInAnyPackage(SERVER + "*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.baliza.server")
                .check(CLASSES);
        slices().matching("dev.baliza.server.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
