package dev.baliza.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may depend on whom. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.baliza.protocol");

    @Test
    void modelDependsOnTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("dev.baliza.protocol")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.baliza.protocol", "java..", "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void codecDependsOnTheModelAndTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("dev.baliza.protocol.codec")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.baliza.protocol", "dev.baliza.protocol.codec", "java..", "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void explanationsDependOnModelCodecSealAndTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("dev.baliza.protocol.dissect")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.baliza.protocol",
                        "dev.baliza.protocol.codec",
                        "dev.baliza.protocol.dissect",
                        "dev.baliza.protocol.seal",
                        "java..",
                        "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void certificatesDependOnSecretFilesAndTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("dev.baliza.protocol.tls")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.baliza.protocol.tls",
                        "dev.baliza.protocol.seal",
                        "java..",
                        "javax.net.ssl",
                        "javax.security.auth.x500",
                        "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void transfersDependOnTheModelAndTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage("dev.baliza.protocol.transfer")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.baliza.protocol", "dev.baliza.protocol.transfer", "java..", "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void onlyTheNettyPackageUsesNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.baliza.protocol.netty")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(MAIN);
    }

    @Test
    void nothingLogsOrMeasures() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "ch.qos.logback..", "io.micrometer..", "java.util.logging..")
                .check(MAIN);
    }
}
