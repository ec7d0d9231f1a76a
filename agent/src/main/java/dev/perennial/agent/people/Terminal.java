package dev.perennial.agent.people;

import java.io.IOException;

/** Where a person sits who can be asked, wherever standard input and output go. */
public interface Terminal {
    /** Whether somebody can be asked at all; a script cannot. */
    boolean isThere();

    /** Asks, and gives the line that was typed; an empty one where the input ended. */
    String ask(String question) throws IOException;
}
