package dev.perennial.agent.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept about the agent as a whole.
 *
 * @param rootsChecked when the trusted roots were last asked for
 * @param retired whether the server said that this agent is retired
 */
public record AgentState(int schema, @Nullable Instant rootsChecked, boolean retired) {

    static AgentState fresh() {
        return new AgentState(SchemaException.CURRENT, null, false);
    }

    public AgentState withRootsChecked(Instant when) {
        return new AgentState(schema, when, retired);
    }

    public AgentState withRetired(boolean isRetired) {
        return new AgentState(schema, rootsChecked, isRetired);
    }
}
