package dev.perennial.agent.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept about the agent as a whole.
 *
 * @param lastServerDate the server's clock at the last contact
 * @param rootsChecked when the trusted roots were last asked for
 * @param retired whether the server said that this agent is retired
 */
public record AgentState(
        int schema,
        @Nullable Instant lastServerDate,
        @Nullable Instant rootsChecked,
        boolean retired) {

    static AgentState fresh() {
        return new AgentState(SchemaException.CURRENT, null, null, false);
    }

    public AgentState withContact(Instant serverDate) {
        return new AgentState(schema, serverDate, rootsChecked, false);
    }

    public AgentState withRootsChecked(Instant when) {
        return new AgentState(schema, lastServerDate, when, retired);
    }

    public AgentState withRetired(boolean isRetired) {
        return new AgentState(schema, lastServerDate, rootsChecked, isRetired);
    }
}
