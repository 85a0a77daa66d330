using System.Globalization;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>samples/zulip: eighteen programs under supervisord, PostgreSQL, RabbitMQ, Redis, memcached, nginx.</summary>
public sealed class ZulipStack : SampleStack
{
    public override string Name => "zulip";

    public override IReadOnlyList<string> Units => ["nginx", "supervisor", "memcached", "redis-server", "rabbitmq-server", Postgres];

    /// <summary>What a restart leaves alone.</summary>
    public static string Smokescreen => "smokescreen";

    public static IReadOnlyList<string> Workers { get; } =
    [
        .. (
            "deferred_work digest_emails email_mirror email_senders embed_links embedded_bots invites missedmessage_emails "
            + "missedmessage_mobile_notifications outgoing_webhooks user_activity user_activity_interval"
        )
            .Split(' ')
            .Select(static queue => "zulip-workers:zulip_events_" + queue),
    ];

    public override IReadOnlyList<string> Programs =>
        [
            "process-fts-updates",
            Smokescreen,
            "zulip-django",
            "zulip-tornado",
            "zulip_deliver_scheduled_emails",
            "zulip_deliver_scheduled_messages",
            .. Workers,
        ];

    protected override string Cleanup =>
        "rm -f /etc/supervisor/conf.d/*.conf /etc/nginx/sites-enabled/zulip-enterprise /etc/rabbitmq/enabled_plugins";

    protected override string NeededCommand => "rabbitmqctl";

    protected override string NeededPackage => "rabbitmq-server";

    /// <summary>Messages that have begun since the books were opened.</summary>
    public static Task<int> CountStartedAsync() => SqlAsync("SELECT count(*) FROM ledger WHERE started > 0");

    /// <summary>Messages that a queue's worker began in a span of time.</summary>
    public static Task<int> CountStartsAsync(DateTime from, DateTime to) =>
        SqlAsync(
            string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM ledger WHERE last_started BETWEEN '{from:O}' AND '{to:O}'")
        );

    public static Task<int> CountIndexedAsync() => SqlAsync("SELECT count(*) FROM zerver_message WHERE search IS NOT NULL");

    public override async Task ResetAsync() =>
        await Shell.BashAsync(
            $"""
            systemctl start {string.Join(' ', Units)}
            cp -r {Place}/app/zulip /home/zulip/deployments/current/
            supervisorctl start all >/dev/null || true
            until curl -fs -o /dev/null -H 'Host: chat.example.org' http://127.0.0.1/health; do sleep 0.05; done
            rm -f /var/lib/zulip-sent
            cd /home/zulip/deployments/current && python3 -c '
            from zulip import queues
            channel = queues.channel_with_queues(queues.rabbitmq())
            [channel.queue_purge(queue) for queue in queues.QUEUES]'
            runuser -u zulip -- psql -qd zulip -c 'TRUNCATE ledger, zerver_message, zerver_scheduled, zerver_outbox, fts_update_log'
            """
        );

    private static async Task<int> SqlAsync(string query) =>
        int.Parse(
            await Shell.BashAsync($"runuser -u zulip -- psql -qtAd zulip -c \"{query}\""),
            global::System.Globalization.CultureInfo.InvariantCulture
        );
}
