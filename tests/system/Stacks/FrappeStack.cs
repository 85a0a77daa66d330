using System.Globalization;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>
/// samples/frappe: three RQ workers on bench:short, bench:default and bench:long, a scheduler, gunicorn, Redis on port 11000.
/// </summary>
public sealed class FrappeStack : SampleStack
{
    public override string Name => "frappe";

    public override IReadOnlyList<string> Units => ["frappe-schedule", "frappe-web", .. Workers, "frappe-redis-queue"];

    public static IReadOnlyList<string> Workers => ["frappe-worker@short", "frappe-worker@default", "frappe-worker@long"];

    protected override string NeededCommand => "rq";

    protected override string NeededPackage => "python3-rq";

    /// <summary>The value of rq:suspended; empty when it is not set.</summary>
    public static Task<string> FlagAsync() => Shell.BashAsync("redis-cli -p 11000 get rq:suspended");

    /// <summary>
    /// The jobs of bench:long that RQ has in its list of started ones. RQ 2 names the execution too: <c>job:execution</c>.
    /// </summary>
    public static async Task<IReadOnlyList<string>> StartedAsync() =>
        [
            .. (await Shell.BashAsync("redis-cli -p 11000 zrange rq:wip:bench:long 0 -1"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static member => member.Split(':')[0]),
        ];

    /// <summary>Jobs that have begun since the books were opened.</summary>
    public static async Task<int> CountStartedAsync() =>
        int.Parse(
            await Shell.BashAsync(
                "redis-cli -p 11000 -n 2 --raw eval \"local n=0 for _,k in ipairs(redis.call('KEYS','job:*')) do "
                    + "n=n+(redis.call('HGET',k,'started') or 0) end return n\" 0"
            ),
            global::System.Globalization.CultureInfo.InvariantCulture
        );

    /// <summary>Jobs that began in a span of time, as RQ notes it.</summary>
    public static async Task<int> CountStartsAsync(DateTime from, DateTime to) =>
        int.Parse(
            await Shell.BashAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"redis-cli -p 11000 --raw eval \"local n=0 for _,k in ipairs(redis.call('KEYS','rq:job:*')) do if "
                        + $"redis.call('TYPE',k).ok=='hash' then local t=redis.call('HGET',k,'started_at') if t and t>ARGV[1] and t<ARGV[2] "
                        + $"then n=n+1 end end end return n\" 0 {from:yyyy-MM-ddTHH:mm:ss.ffffffZ} {to:yyyy-MM-ddTHH:mm:ss.ffffffZ}"
                )
            ),
            global::System.Globalization.CultureInfo.InvariantCulture
        );

    public override async Task ResetAsync() =>
        await Shell.BashAsync(
            """
            rm -rf /run/systemd/system/frappe-worker@.service.d
            systemctl daemon-reload
            workers='frappe-worker@short frappe-worker@default frappe-worker@long'
            systemctl kill --signal=CONT $workers 2>/dev/null || true
            systemctl start frappe-redis-queue
            rq() { redis-cli -p 11000 "$@"; }
            open() { for q in short default long; do rq llen rq:queue:bench:$q; rq zcard rq:wip:bench:$q; rq zcard rq:failed:bench:$q; done; rq exists rq:suspended; }
            listening() { rq pubsub channels 'rq:pubsub:*' | grep -c . || true; }
            if open | grep -qv '^0$' || [ "$(listening)" -lt 3 ] || [ "$(systemctl is-active $workers | grep -c '^active')" != 3 ]; then
              systemctl kill --signal=KILL $workers 2>/dev/null || true
              systemctl stop $workers
              rq flushdb >/dev/null
            fi
            systemctl stop frappe-schedule
            rq -n 2 flushdb >/dev/null
            systemctl reset-failed frappe-web frappe-schedule $workers 2>/dev/null || true
            systemctl start frappe-web frappe-schedule $workers
            until curl -fs -o /dev/null http://127.0.0.1:8000/api/method/ping && [ "$(listening)" -ge 3 ]; do sleep 0.05; done
            """
        );
}
