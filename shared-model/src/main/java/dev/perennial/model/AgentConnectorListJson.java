package dev.perennial.model;

import java.util.List;

/** The envelope of a list of agents. */
public record AgentConnectorListJson(List<AgentConnectorJson> agentConnectors, int limit) {}
