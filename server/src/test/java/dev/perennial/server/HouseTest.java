package dev.perennial.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house (docs/architecture.md), held by the build. */
class HouseTest {
    private static final String ROOT = "dev.perennial.server";
    private static final int LONGEST_FILE = 400;

    /** From the ground up: a room may use those that stand before its own line, and nothing else. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("problem"),
            List.of("pkix"),
            List.of("db", "egress"),
            List.of("vault"),
            List.of("audit"),
            List.of("identity"),
            List.of("fleet"),
            List.of("oidc"),
            List.of("policy"),
            List.of("ca"),
            List.of("csr"),
            List.of("keys"),
            List.of("revocation"),
            List.of("auditor"),
            List.of("enrolment"),
            List.of("renewal"),
            List.of("http"),
            List.of("agilicus", "fastly", "kubernetes", "notary", "publication", "qradar"));

    private static final Set<String> HANDLERS_OF_SECRETS =
            Set.of("Passwords", "PasswordStore", "AccessTokenStore", "Memory", "Basic", "Bearer", "Credentials");

    private static final JavaClasses SERVER = new ClassFileImporter().importPath(Path.of("target/classes"));

    @Test
    void packages_haveNoCircles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(SERVER);
    }

    @Test
    void arrows_pointDown() {
        LayeredArchitecture house = layeredArchitecture().consideringOnlyDependenciesInLayers();
        List<String> below = new ArrayList<>();
        for (List<String> floor : FLOORS) {
            for (String room : floor) {
                house = house.layer(room).definedBy(ROOT + "." + room + "..");
            }
        }
        for (List<String> floor : FLOORS) {
            for (String room : floor) {
                house = below.isEmpty()
                        ? house.whereLayer(room).mayNotAccessAnyLayer()
                        : house.whereLayer(room).mayOnlyAccessLayers(below.toArray(String[]::new));
            }
            below.addAll(floor);
        }
        house.check(SERVER);
    }

    @Test
    void everyPackage_isARoom() {
        List<String> rooms = FLOORS.stream().flatMap(List::stream).toList();
        List<String> strange = SERVER.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .filter(name -> !name.equals(ROOT) && !rooms.contains(name.substring(ROOT.length() + 1)))
                .toList();
        assertThat(strange).isEmpty();
    }

    @Test
    void nobodyIsAboveTheRoot() {
        noClasses()
                .that(resideInAPackage(ROOT + ".(*).."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(SERVER);
    }

    @Test
    void stores_areKnownInTheirOwnRoomOnly() {
        ArchRuleDefinition.classes()
                .should(new ArchCondition<JavaClass>("use no other room's store") {
                    @Override
                    public void check(JavaClass item, ConditionEvents events) {
                        for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
                            JavaClass used = dependency.getTargetClass();
                            if (used.getSimpleName().endsWith("Store")
                                    && used.getPackageName().startsWith(ROOT)
                                    && !used.getPackageName().equals(item.getPackageName())) {
                                events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
                            }
                        }
                    }
                })
                .check(SERVER);
    }

    @Test
    void sql_isInStoresOnly() {
        noClasses()
                .that(resideInAnyPackage(rooms(
                        "problem",
                        "pkix",
                        "policy",
                        "http",
                        "agilicus",
                        "fastly",
                        "notary",
                        "publication",
                        "qradar",
                        "renewal")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..")
                .check(SERVER);
    }

    @Test
    void pureRooms_haveNoVertxAndNoIoAndNoClock() {
        noClasses()
                .that(resideInAnyPackage(rooms("pkix", "policy", "problem")))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "io.vertx..",
                                "io.netty..",
                                "java.nio.file..",
                                "java.net.http..",
                                "java.sql..",
                                "org.slf4j..")
                        .or(DescribedPredicate.describe(
                                "that read, write or tell the time", HouseTest::readsWritesOrTellsTime)))
                .check(SERVER);
    }

    private static boolean readsWritesOrTellsTime(JavaClass used) {
        return used.isAssignableTo(InstantSource.class)
                || used.isAssignableTo(Clock.class)
                || used.isEquivalentTo(java.io.File.class)
                || used.isAssignableTo(java.io.FileInputStream.class)
                || used.isAssignableTo(java.net.Socket.class);
    }

    @Test
    void bouncyCastle_isUsedInTwoRooms() {
        noClasses()
                .that(not(resideInAnyPackage(rooms("pkix", "vault"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(SERVER);
    }

    @Test
    void timeAndChance_comeFromTheMain() {
        noClasses()
                .that(not(DescribedPredicate.describe("a main", item -> List.of(
                                "ServeCommand", "AuditLogCommand", "AuditCertificatesCommand", "ResealCommand")
                        .contains(item.getSimpleName()))))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(InstantSource.class, "system")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callConstructor(SecureRandom.class)
                .orShould()
                .callConstructor(java.util.Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(SERVER);
    }

    /** Secrets are compared by {@code MessageDigest.isEqual}, or looked up by their digest; nothing else in these rooms is. */
    @Test
    void secrets_areComparedInConstantTime() {
        noClasses()
                .that(resideInAnyPackage(rooms("vault", "identity", "enrolment", "http")))
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
                .orShould()
                .callMethod(Arrays.class, "mismatch", byte[].class, byte[].class)
                .orShould()
                .callMethod(Arrays.class, "equals", char[].class, char[].class)
                .check(SERVER);
        noClasses()
                .that(resideInAPackage(ROOT + ".vault..")
                        .or(DescribedPredicate.describe(
                                "that handle passwords and tokens",
                                item -> HANDLERS_OF_SECRETS.contains(item.getSimpleName()))))
                .should()
                .callMethod(String.class, "equals", Object.class)
                .orShould()
                .callMethod(String.class, "equalsIgnoreCase", String.class)
                .orShould()
                .callMethod(String.class, "contentEquals", CharSequence.class)
                .orShould()
                .callMethod(String.class, "compareTo", String.class)
                .orShould()
                .callMethod(java.util.Objects.class, "equals", Object.class, Object.class)
                .check(SERVER);
    }

    @Test
    void nothing_isDeserialised() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.io.ObjectInputStream.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.xml..", "org.xml..", "org.w3c..")
                .check(SERVER);
    }

    @Test
    void names_sayWhatThingsAre() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Service")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Dto")
                .check(SERVER);
        noClasses().that(simpleNameEndingWith("Store")).should().bePublic().check(SERVER);
    }

    @Test
    void files_areShort() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            List<Path> tooLong = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> lines(file) > LONGEST_FILE)
                    .toList();
            assertThat(tooLong).isEmpty();
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] rooms(String... names) {
        return Stream.of(names).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }
}
