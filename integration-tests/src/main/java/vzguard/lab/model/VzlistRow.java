package vzguard.lab.model;

import java.util.Optional;

/** What vzlist knows of one VE. */
record VzlistRow(VeId ctid, String status, int processes, String privateArea, String root, ConfigFile config) {

    /** A configured value; an empty one counts as none. */
    Optional<String> value(String key) {
        return config.value(key).filter(value -> !value.isEmpty());
    }
}
