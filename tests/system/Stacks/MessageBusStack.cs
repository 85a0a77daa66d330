using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>samples/message-bus: Mosquitto, the MQTT subscriber, Redis, five Celery pools, beat, Daphne with Channels.</summary>
public sealed class MessageBusStack : SampleStack
{
    /// <summary>What devices have published, and what a dashboard was told.</summary>
    public const string BooksFolder = "/var/lib/message-bus-books";

    public static IReadOnlyList<string> Pools { get; } = ["critical", "high_priority", "general", "ml_training", "external_api"];

    public override string Name => "message-bus";

    public override IReadOnlyList<string> Units =>
        ["mqtt-subscriber", "celerybeat", .. Pools.Select(static p => "celery@" + p), "daphne", "mosquitto", "redis-server"];

    protected override string NeededCommand => "mosquitto";

    protected override string NeededPackage => "mosquitto";

    // The other stacks use this Redis too, by its own settings.
    protected override string Cleanup => "sed -i '/message-bus/d' /etc/redis/redis.conf; rm -f /etc/mosquitto/conf.d/message-bus.conf";

    /// <summary>Every task that began or ended since the books were opened.</summary>
    public static async Task<IReadOnlyList<LedgerLine>> LedgerAsync() =>
        [
            .. (await File.ReadAllLinesAsync("/var/lib/message-bus/ledger"))
                .Select(static line => line.Split('\t'))
                .Select(static part => new LedgerLine(
                    DateTime.UnixEpoch.AddSeconds(double.Parse(part[0], global::System.Globalization.CultureInfo.InvariantCulture)),
                    part[1],
                    part[2],
                    part[3]
                )),
        ];

    public override async Task ResetAsync() =>
        await Shell.BashAsync(
            $"""
            rm -rf /run/systemd/system/*.service.d /etc/systemd/system/celery@*.service.d/tuning.conf
            systemctl daemon-reload
            systemctl start {string.Join(' ', Units)}
            until curl -fs http://127.0.0.1:8000/metrics/export/ | grep -q '^celery_mqtt_subscriber_connected 1'; do sleep 0.1; done
            rm -rf {BooksFolder}
            mkdir {BooksFolder}
            : >/var/lib/message-bus/ledger
            """
        );
}

/// <summary>What became of a message: queued, began or done, and by which queue's worker.</summary>
public sealed record LedgerLine(DateTime At, string Event, string Message, string Queue);
