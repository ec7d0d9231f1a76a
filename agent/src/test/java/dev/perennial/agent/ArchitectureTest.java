package dev.perennial.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rules of the house that a compiler does not hold. */
final class ArchitectureTest {
    private static final JavaClasses AGENT = new ClassFileImporter(
                    java.util.List.of(new ImportOption.DoNotIncludeTests()))
            .importPackages("dev.perennial.agent");

    @Test
    void packages_haveNoCircle() {
        slices().matching("dev.perennial.agent.(*)..").should().beFreeOfCycles().check(AGENT);
    }

    @Test
    void bouncyCastle_staysInKey() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.perennial.agent.key")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(AGENT);
    }

    @Test
    void x509_isPure() {
        classes()
                .that()
                .resideInAPackage("dev.perennial.agent.x509")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.perennial.agent.x509", "java..", "org.jspecify..")
                .check(AGENT);
        noClasses()
                .that()
                .resideInAPackage("dev.perennial.agent.x509")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net..")
                .check(AGENT);
    }

    @Test
    void timeAndChance_comeFromTheMain() {
        noClasses()
                .that()
                .doNotHaveSimpleName("AgentMain")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callConstructor(SecureRandom.class)
                .check(AGENT);
    }

    @Test
    void commands_areSeenByTheMainAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.perennial.agent", "dev.perennial.agent.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.perennial.agent.cli")
                .check(AGENT);
    }
}
