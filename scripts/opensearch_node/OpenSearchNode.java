import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.geo.GeoModulePlugin;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One node of OpenSearch on loopback, for tests and developers: no passwords, no TLS.
 *
 * <p>Arguments: name, home folder, HTTP port, transport port, and the transport ports of all nodes with commas between.
 * It lives as long as its standard input is open, so it goes with the process that started it, however that ends.
 */
public final class OpenSearchNode extends Node {
    private OpenSearchNode(Settings settings, Path home) {
        super(
                InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home.resolve("config"), () -> "node"),
                List.of(
                        CommonAnalysisPlugin.class,
                        GeoModulePlugin.class,
                        MapperExtrasPlugin.class,
                        Netty4Plugin.class,
                        PainlessPlugin.class,
                        ReindexPlugin.class),
                true);
    }

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[1]);
        for (String folder : List.of("config", "modules", "plugins", "data", "logs")) {
            Files.createDirectories(home.resolve(folder));
        }
        String[] ports = args[4].split(",");
        Settings.Builder settings = Settings.builder()
                .put("cluster.name", "admitone")
                .put("node.name", args[0])
                .putList("node.roles", "cluster_manager", "data", "ingest")
                .put("path.home", home)
                .put("network.host", "127.0.0.1")
                .put("http.port", args[2])
                .put("transport.port", args[3])
                // A write to an index that was just swapped away must fail, not create it again without its mapping.
                .put("action.auto_create_index", false)
                .put("cluster.routing.allocation.disk.threshold_enabled", false);
        if (ports.length == 1) {
            settings.put("discovery.type", "single-node");
        } else {
            List<String> addresses = Arrays.stream(ports).map(port -> "127.0.0.1:" + port).toList();
            settings.putList("discovery.seed_hosts", addresses);
            settings.put("cluster.initial_cluster_manager_nodes", "node-1");
        }
        try (Node node = new OpenSearchNode(settings.build(), home)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
            node.start();
            while (System.in.read() != -1) {}
        }
        System.exit(0);
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (java.io.IOException failure) {
            System.err.println(failure);
        }
    }
}
