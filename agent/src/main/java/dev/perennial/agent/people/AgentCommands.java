package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The agents of hosts. */
@Command(name = "agents", description = "List the agents, or look after one of them.")
final class AgentCommands {
    private static final String PATH = Paths.AGENTS;

    private final Session session;

    AgentCommands(Session session) {
        this.session = session;
    }

    @Command(description = "List the agents.")
    int list(@Mixin Listing listing, @Mixin OrganisationFilter organisation) throws Exception {
        Table table = new Table("ID", "NAME", "STATE", "LAST SEEN", "IDENTITY ENDS", "NAMES");
        return listing.show(
                session,
                Listing.Source.whole(organisation.addTo(new Query(PATH)), "agent_connectors", "agents"),
                table,
                agent -> table.row(
                        agent.text("/metadata/id"),
                        agent.text("/spec/name"),
                        agent.text("/status/state"),
                        session.times().brief(agent.text("/status/last_seen")),
                        session.times().brief(agent.text("/status/not_after")),
                        Names.brief(agent.at("/spec/names").texts())));
    }

    static Details details(JsonTree agent, Times times) {
        return new Details()
                .add("agent", agent.text("/metadata/id"))
                .add("name", agent.text("/spec/name"))
                .add("state", agent.text("/status/state"))
                .add("organisation", agent.text("/spec/org_id"))
                .addAll("names", agent.at("/spec/names").texts())
                .add("last seen", times.of(agent.text("/status/last_seen")))
                .add("identity ends", times.of(agent.text("/status/not_after")))
                .add("enrolled", times.of(agent.text("/metadata/created")));
    }

    @Command(description = "Show one in full.")
    int show(@Parameters(paramLabel = "ID", description = "The agent's.") String id) throws Exception {
        session.dialogue().show(session.get(PATH + "/" + Session.id(id)), agent -> details(agent, session.times()));
        return Reply.WELL;
    }

    @Command(
            description = "Say which names an agent may ask for, in place of those that it had.",
            footer = {"", "  perennial admin agents names ID www.example.com '*.shop.example.com'"})
    int names(
            @Parameters(index = "0", paramLabel = "ID", description = "The agent's.") String id,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATTERN", description = "Patterns of names.")
                    List<String> names)
            throws Exception {
        String path = PATH + "/" + Session.id(id);
        JsonTree answer = session.put(path, Map.of("spec", Map.of("names", names)));
        session.dialogue().show(answer, agent -> details(agent, session.times()));
        return Reply.WELL;
    }

    @Command(
            description = {
                "Retire an agent, for good.",
                "Its identity opens nothing any more and its requests are not renewed."
            })
    int retire(@Parameters(paramLabel = "ID", description = "The agent's.") String id, @Mixin Consent consent)
            throws Exception {
        String path = PATH + "/" + Session.id(id);
        String name = session.get(path).text("/spec/name");
        session.dialogue().confirmByTyping(consent.isGiven(), "Retire the agent " + Visible.of(name) + "?", name);
        JsonTree answer = session.post(path + "/retire", Map.of());
        session.dialogue().done(answer, "retired " + Visible.of(name) + ", " + id);
        return Reply.WELL;
    }
}
