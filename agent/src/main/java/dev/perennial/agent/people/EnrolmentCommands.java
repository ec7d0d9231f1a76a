package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Enrolment tokens. */
@Command(name = "enrolments", description = "List the tokens that let agents in, or make and take back one.")
final class EnrolmentCommands {
    private static final String PATH = "/v1/enrolment_tokens";

    private final Session session;

    EnrolmentCommands(Session session) {
        this.session = session;
    }

    @Command(description = "List the tokens, without their secrets.")
    int list(@Mixin Listing listing, @Mixin OrganisationFilter organisation) throws Exception {
        Table table = new Table("ID", "ORGANISATION", "NAMES", "USES LEFT", "EXPIRES");
        return listing.show(
                session,
                Listing.Source.whole(organisation.addTo(new Query(PATH)), "enrolment_tokens", "enrolment tokens"),
                table,
                token -> table.row(
                        token.text("/metadata/id"),
                        token.text("/spec/org_id"),
                        Names.brief(token.at("/spec/names").texts()),
                        token.text("/status/uses_left"),
                        session.times().brief(token.text("/status/expires"))));
    }

    @Command(
            description = {"Make a token that lets agents in.", "Prints the secret alone on standard output, this once."
            },
            footer = {
                "",
                "  TOKEN=$(perennial admin enrolments create --names www.example.com)",
                "  perennial admin enrolments create --names '**.example.com' --uses 20 --expires P1D"
            })
    int create(
            @Option(
                            names = "--names",
                            required = true,
                            paramLabel = "PATTERN",
                            description = "Names that the agents may ask for; may be repeated.")
                    List<String> names,
            @Option(
                            names = "--uses",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "How many agents it lets in; ${DEFAULT-VALUE} where absent.")
                    int uses,
            @Option(
                            names = "--expires",
                            paramLabel = "DURATION",
                            defaultValue = "PT1H",
                            description = "How long it lasts; ${DEFAULT-VALUE} where absent.")
                    String expires,
            @Mixin OrganisationOption organisation)
            throws Exception {
        JsonTree answer = session.post(
                PATH,
                Map.of(
                        "spec",
                        Map.of("org_id", organisation.of(session), "names", names, "uses", uses, "expires", expires)));
        session.dialogue().secret(answer, "enrolment token");
        return Reply.WELL;
    }

    @Command(description = "Take a token back; agents that came in with it stay.")
    int delete(@Parameters(paramLabel = "ID", description = "The token's.") String id, @Mixin Consent consent)
            throws Exception {
        String path = PATH + "/" + Session.id(id);
        session.dialogue().confirm(consent.isGiven(), "Take the enrolment token " + id + " back?");
        session.delete(path);
        session.dialogue().deleted("enrolment token", id);
        return Reply.WELL;
    }
}
