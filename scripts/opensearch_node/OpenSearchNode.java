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
 * One node of OpenSearch, for tests and developers: no passwords, no TLS.
 *
 * <p>Arguments: the home folder, and settings of OpenSearch, each as name=value. It lives as long as its standard input
 * is open, so it goes with the process that started it, however that ends.
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
        Path home = Path.of(args[0]);
        for (String folder : List.of("config", "modules", "plugins", "data", "logs")) {
            Files.createDirectories(home.resolve(folder));
        }
        Settings.Builder settings = Settings.builder().put("path.home", home);
        for (String setting : Arrays.asList(args).subList(1, args.length)) {
            String[] parts = setting.split("=", 2);
            settings.put(parts[0], parts[1]);
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
