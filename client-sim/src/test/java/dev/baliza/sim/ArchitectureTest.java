package dev.baliza.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.baliza.sim");

    @Test
    void theSimulatorKnowsNoServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.baliza.server..")
                .check(CLASSES);
    }

    @Test
    void devicesAndFaultsArePure() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.baliza.sim.device", "dev.baliza.sim.fault", "dev.baliza.sim.scenario")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "com.fasterxml..", "picocli..")
                .check(CLASSES);
    }
}
