package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.PATH;
import static dev.perennial.server.testing.QradarCalls.model;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.Golden;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.QradarCalls.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page's sample response, and the bodies that the contract shows, as golden files. */
class SamplesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final QradarCalls nobody = QradarCalls.of(server);
    private final QradarCalls admin = as("administrator");

    /** Of an organisation of its own, so that lists hold nothing else. */
    private QradarCalls as(String role) {
        return nobody.with(QradarCalls.token(
                server,
                server.accountOf(server.organisation("**"), List.of(role), "**").id()));
    }

    private static void check(String name, Answer answer) {
        Golden.check("qradar/" + name, answer.json());
    }

    @Test
    void request_isAnsweredByItsNumber_andListed() {
        check(
                "created",
                admin.post(model("sample.example.com").put("description", "sample"))
                        .expect(201));
        check("list", admin.list("").expect(200));
    }

    @Test
    void errors_areOfOneForm() {
        check("not-found", admin.download(999_999_999).expectCode(404, 1002));
        check("unauthorized", nobody.list("").expectCode(401, 18));
        check("forbidden", as("reader").list("").expectCode(403, 403));
        check(
                "purpose-missing",
                admin.post(model("a.example.com").putNull("purpose")).expectCode(422, 1032));
        check("no-model", admin.call("POST", PATH, "[]").expectCode(422, 1042));
        check("filter", admin.list("filter=id").expectCode(422, 1101));
    }
}
