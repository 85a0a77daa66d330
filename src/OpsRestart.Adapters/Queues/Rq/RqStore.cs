using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Reads RQ's state, all of it at one moment.</summary>
internal sealed class RqStore(RedisEndpoint endpoint) : IAsyncDisposable
{
    private static readonly string[] WorkerFields =
    [
        "state",
        "current_job",
        "queues",
        "pid",
        "hostname",
        "last_heartbeat",
        "birth",
        "death",
        "shutdown_requested_date",
        "successful_job_count",
        "failed_job_count",
    ];
    private const int MostRounds = 20;

    // What RQ counts is never near it; sums of what is no such number stay numbers.
    private const long MostCounted = 1L << 48;
    private readonly RedisLine _line = new(endpoint);
    private IReadOnlyList<string> _knownQueues = [];
    private IReadOnlyList<string> _knownWorkers = [];
    private bool _clientListRefused;

    public string Broker => endpoint.Display;

    public int Interruptions => _line.Interruptions;

    public Task<RedisConnection> ConnectionAsync(CancellationToken cancellationToken) => _line.GetAsync(cancellationToken);

    /// <summary>
    /// One transaction that reads everything. The names of queues and workers are read in it too: when they changed, it is done again.
    /// </summary>
    public async Task<RqLook> SnapshotAsync(CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MostRounds; round++)
        {
            var (replies, clients) = await TransactAsync(connection, cancellationToken).ConfigureAwait(false);
            var queues = Names(replies[0], RqKeys.QueuePrefix);
            var workers = Names(replies[1], RqKeys.WorkerPrefix);
            if (queues.SequenceEqual(_knownQueues) && workers.SequenceEqual(_knownWorkers))
            {
                return Read(replies, clients);
            }

            (_knownQueues, _knownWorkers) = (queues, workers);
        }

        throw new RqException(
            OpsError.ProtocolError,
            $"The queues and workers at {Broker} change faster than they can be read.",
            Broker,
            "Check that this is RQ's database."
        );
    }

    /// <summary>Some fields of many jobs.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, RedisReply>>> GetJobsAsync(
        IReadOnlyList<string> ids,
        IReadOnlyList<string> fields,
        CancellationToken cancellationToken
    )
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        var replies = await connection
            .PipelineAsync([.. ids.Select(i => RedisCommand.Of("HMGET", [RqKeys.Job(i), .. fields]))], cancellationToken)
            .ConfigureAwait(false);
        return ids.Zip(replies)
            .DistinctBy(static p => p.First)
            .ToDictionary(
                static p => p.First,
                p =>
                    (IReadOnlyDictionary<string, RedisReply>)
                        fields
                            .Zip(p.Second.Items)
                            .Where(static f => !f.Second.IsNull)
                            .ToDictionary(static f => f.First, static f => f.Second, StringComparer.Ordinal),
                StringComparer.Ordinal
            );
    }

    /// <summary>RQ writes UTC as 2026-11-20T23:00:00.123456Z.</summary>
    public static DateTime? Time(string? text) =>
        DateTime.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private async Task<(IReadOnlyList<RedisReply> Replies, RedisReply? Clients)> TransactAsync(
        RedisConnection connection,
        CancellationToken cancellationToken
    )
    {
        List<RedisCommand> commands = [new("SMEMBERS", RqKeys.Queues), new("SMEMBERS", RqKeys.Workers), new("GET", RqKeys.Suspended)];
        foreach (var q in _knownQueues)
        {
            commands.AddRange([
                new("LLEN", RqKeys.Queue(q)),
                new("LLEN", RqKeys.Intermediate(q)),
                new("ZCARD", RqKeys.Started(q)),
                new("ZCARD", RqKeys.Scheduled(q)),
                new("ZCARD", RqKeys.Deferred(q)),
                new("ZCARD", RqKeys.Failed(q)),
            ]);
        }

        foreach (var w in _knownWorkers)
        {
            commands.AddRange([new("EXISTS", RqKeys.Worker(w)), RedisCommand.Of("HMGET", [RqKeys.Worker(w), .. WorkerFields])]);
        }

        commands.Add(RedisCommand.Of("PUBSUB", ["NUMSUB", .. _knownWorkers.Select(RqKeys.Commands)]));
        if (!_clientListRefused)
        {
            try
            {
                var all = await connection
                    .TransactionAsync([.. commands, new("CLIENT", "LIST", "TYPE", "NORMAL")], cancellationToken)
                    .ConfigureAwait(false);
                if (Complete(all)[^1].Error is null)
                {
                    return ([.. all.Take(commands.Count)], all[^1]);
                }
            }
            catch (RedisException e) when (e.Error == OpsError.AccessDenied) { }

            _clientListRefused = true;
        }

        return (Complete(await connection.TransactionAsync(commands, cancellationToken).ConfigureAwait(false)), null);
    }

    private IReadOnlyList<RedisReply> Complete(IReadOnlyList<RedisReply> replies) =>
        replies.Count > 0
            ? replies
            : throw new RqException(
                OpsError.ProtocolError,
                $"Redis at {Broker} did not execute a transaction.",
                Broker,
                "Check that it is a Redis server."
            );

    private RqLook Read(IReadOnlyList<RedisReply> replies, RedisReply? clients)
    {
        var at = 3;
        var queues = new List<RqQueueState>();
        foreach (var q in _knownQueues)
        {
            queues.Add(
                new RqQueueState(
                    q,
                    Count(replies[at]),
                    Count(replies[at + 1]),
                    Count(replies[at + 2]),
                    Count(replies[at + 3]),
                    Count(replies[at + 4]),
                    Count(replies[at + 5])
                )
            );
            at += 6;
        }

        var listening = replies[at + (2 * _knownWorkers.Count)].Pairs();
        var workers = new List<RqWorkerState>();
        foreach (var w in _knownWorkers)
        {
            workers.Add(
                ReadWorker(w, replies[at].Integer == 1, replies[at + 1], listening.GetValueOrDefault(RqKeys.Commands(w))?.Integer > 0)
            );
            at += 2;
        }

        var waiting = clients?.Text is { } list ? FindWaiting(list) : null;
        return new RqLook
        {
            Queues = queues,
            Workers = workers,
            Suspension = replies[2].Text,
            Waiting = waiting,
            Blocked = waiting?.Count,
        };
    }

    private static RqWorkerState ReadWorker(string name, bool exists, RedisReply hash, bool listening)
    {
        var field = WorkerFields.Zip(hash.Items).ToDictionary(static p => p.First, static p => p.Second.Text, StringComparer.Ordinal);
        string? Text(string key) => field.GetValueOrDefault(key) is { Length: > 0 } text ? text : null;
        var worker = new RqWorkerState
        {
            Name = name,
            State = Text("state") ?? "",
            CurrentJob = Text("current_job"),
            Queues = Text("queues")?.Split(',') ?? [],
            Pid = int.TryParse(Text("pid"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null,
            HostName = Text("hostname"),
            LastHeartbeat = Time(Text("last_heartbeat")),
            Birth = Time(Text("birth")),
            HasDeath = Text("death") is not null,
            IsShuttingDown = Text("shutdown_requested_date") is not null,
            IsRegistered = exists,
            IsListening = listening,
            Succeeded = Count(hash.Items.ElementAtOrDefault(9)),
            Failed = Count(hash.Items.ElementAtOrDefault(10)),
        };
        return worker with { RunsHere = exists && !listening && !worker.HasDeath && IsRunningHere(worker) };
    }

    private static long Count(RedisReply? reply) => Math.Clamp(reply?.Integer ?? 0, 0, MostCounted);

    private static bool IsRunningHere(RqWorkerState worker) =>
        worker.HostName == WorkerNames.HostName
        && worker.Pid is { } pid
        && RqProcess.Find(pid)?.Arguments.Any(static a => a.Contains("worker", StringComparison.Ordinal)) == true;

    private IReadOnlyList<string> FindWaiting(string clientList) =>
        [
            .. RedisClientInfo
                .ParseList(clientList)
                .Where(c =>
                    c.Database == endpoint.Database && c.Command is ("blpop" or "blmove") && c.IsBlocked && c.Name != RedisLine.ClientName
                )
                .Select(static c => c.Address),
        ];

    private static List<string> Names(RedisReply members, string prefix) =>
        [
            .. members
                .Texts()
                .Where(m => m.StartsWith(prefix, StringComparison.Ordinal))
                .Select(m => m[prefix.Length..])
                .Order(StringComparer.Ordinal),
        ];
}
