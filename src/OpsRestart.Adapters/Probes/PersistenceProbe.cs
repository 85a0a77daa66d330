using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Whether what a Redis server holds would be there again after its end: its last save is good and recent, or each write is in its
/// append-only file. With <c>save</c> it is told to save now, and the end of that is waited for.
/// </summary>
internal sealed class PersistenceProbe : ProbeBase
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RedisEndpoint _endpoint;

    /// <summary>Changes that no save has seen for so long are too many. Null: any age will do.</summary>
    private readonly TimeSpan? _maxAge;
    private readonly bool _save;

    public PersistenceProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _endpoint = RedisTarget.Read(settings);
        _maxAge = settings.Duration("maxAge");
        _save = settings.Flag("save") ?? false;
    }

    protected override string Peer => $"Redis at {_endpoint.Display}";

    protected override bool IsUnixSocket => _endpoint.Place.UnixPath is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        // The base bounds the try; the connection's own patience must not be the shorter one.
        var connection = await RedisConnection
            .OpenAsync(_endpoint, TryTimeout + TimeSpan.FromSeconds(1), cancellationToken)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (await connection.TryLogInAsync(cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return RedisVerdict.Of(refusal, Peer);
            }

            var start = Time.GetTimestamp();
            if (_save && await SaveAsync(connection, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                return fault;
            }

            var took = _save ? Time.GetElapsedTime(start) : (TimeSpan?)null;
            var info = await connection.SendAsync(new("INFO", "persistence"), cancellationToken).ConfigureAwait(false);
            return info.Error is { } error
                ? RedisVerdict.Of(error, Peer)
                : Judge(
                    RedisInfo.Parse(info.Text ?? ""),
                    await IsSavingAsync(connection, cancellationToken).ConfigureAwait(false),
                    took,
                    Time.GetUtcNow().UtcDateTime
                );
        }
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        RedisTarget.Explain(error, Peer) ?? (error is RedisException ? ProbeVerdict.OfAdapter(error) : null);

    /// <summary>Null: it was begun and has ended. Another save, or a rewrite of the append-only file, is waited for first.</summary>
    private async Task<ProbeVerdict?> SaveAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        while ((await connection.SendAsync(new("BGSAVE"), cancellationToken).ConfigureAwait(false)).Error is { } refused)
        {
            if (!refused.Message.Contains("in progress", StringComparison.OrdinalIgnoreCase))
            {
                return RedisVerdict.Of(refused, Peer);
            }

            await Task.Delay(Pause, Time, cancellationToken).ConfigureAwait(false);
        }

        while (true)
        {
            var info = await connection.CallAsync(new("INFO", "persistence"), cancellationToken).ConfigureAwait(false);
            if (RedisInfo.Parse(info.Text ?? "").Flag("rdb_bgsave_in_progress") != true)
            {
                return null;
            }

            await Task.Delay(Pause, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether it saves by itself (its setting 'save'); null: it does not tell.</summary>
    private static async Task<bool?> IsSavingAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        var reply = await connection.SendAsync(new("CONFIG", "GET", "save"), cancellationToken).ConfigureAwait(false);
        return reply.Error is null && reply.Pairs().TryGetValue("save", out var points) ? points.Text is { Length: > 0 } : null;
    }

    private ProbeVerdict Judge(RedisInfo info, bool? isSaving, TimeSpan? took, DateTime now)
    {
        var appends = info.Flag("aof_enabled") == true;
        if (info.Flag("loading") == true)
        {
            return ProbeVerdict.Starting("LOADING", $"{Peer} is loading its data into memory.");
        }

        if (Failed(info, "rdb_last_bgsave_status"))
        {
            return ProbeVerdict.Unhealthy(
                "SaveFailed",
                $"{Peer} could not write its last RDB file. Check its log, the room on its disk, whose its folder is, and "
                    + "vm.overcommit_memory."
            );
        }

        if (appends && (Failed(info, "aof_last_write_status") || Failed(info, "aof_last_bgrewrite_status")))
        {
            return ProbeVerdict.Unhealthy(
                "AppendFailed",
                $"{Peer} could not write its append-only file. Check its log, and the room on its disk."
            );
        }

        var changes = info.Number("rdb_changes_since_last_save") ?? 0;
        var age = info.Moment("rdb_last_save_time") is { } saved && now > saved ? now - saved : TimeSpan.Zero;
        var last = FormattableString.Invariant($"last RDB save {Duration.Format(age)} ago, {changes} changes since");
        var verdict =
            took is { } duration ? ProbeVerdict.Healthy("Saved", $"{Peer} has saved its data in {Duration.Format(duration)}.")
            : appends ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} writes each change into its append-only file ({last}).")
            : isSaving == false && changes > 0
                ? ProbeVerdict.Unhealthy(
                    "NotPersistent",
                    $"{Peer} saves nothing by itself: it has no save points and no append-only file ({last}). Set save or appendonly."
                )
            : _maxAge is { } limit && changes > 0 && age > limit
                ? ProbeVerdict.Unhealthy(
                    "TooOld",
                    $"{Peer}: {last}, older than {Duration.Format(limit)}. Save it (BGSAVE), and check its save points."
                )
            : ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer}: {last}.");
        return verdict with
        {
            Measures =
            [
                .. new Limits(Max: appends ? null : _maxAge?.TotalSeconds).Measure("age", age.TotalSeconds, "s"),
                .. new Limits().Measure("changes", changes),
            ],
        };
    }

    private static bool Failed(RedisInfo info, string key) => info[key] is { Length: > 0 } word && word != "ok";
}
