using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.Files;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Whether a backup is there, new enough, large enough and readable to its end: a dump of Redis and what gzip packed carry a checksum,
/// which is computed.
/// </summary>
internal sealed class BackupProbe : ProbeBase
{
    /// <summary>What gzip says of a file that is not whole fits in.</summary>
    private const int Most = 4096;

    private readonly string _path;

    /// <summary>Older is Unhealthy. Null: any age will do.</summary>
    private readonly TimeSpan? _maxAge;

    /// <summary>Of its size.</summary>
    private readonly ProbeLimits _limits;

    public BackupProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _path = settings.Target;
        if (!Path.IsPathRooted(_path))
        {
            settings.FailTarget("is no absolute path", "Write /var/backups/redis/dump.rdb.");
        }

        _maxAge = settings.Duration("maxAge");
        _limits = ProbeLimits.Read(settings, LimitScale.Bytes);
    }

    protected override string Peer => _path;

    // On a thread of its own: a hanging network file system must not hold up the deadline.
    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) =>
        Task.Run(() => LookAsync(cancellationToken), cancellationToken);

    protected override ProbeVerdict? Explain(Exception error) =>
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => ProbeVerdict.Unhealthy(
                "NoFile",
                $"{_path} does not exist. Check the path, and whether the backup was made."
            ),
            UnauthorizedAccessException => ProbeVerdict.Unknown(ProbeReason.AccessDenied, $"{_path} may not be read by this user."),
            CommandStartException start => ProbeVerdict.Unknown("NotStarted", $"{ForeignText.OneLine(start.Message)} {start.Advice}"),
            IOException e => ProbeVerdict.Unhealthy("Unreadable", $"{_path} can't be read: {ForeignText.OneLine(e.Message)}"),
            _ => null,
        };

    private async Task<ProbeVerdict> LookAsync(CancellationToken cancellationToken)
    {
        if (FileStatus.OfTarget(_path) is { IsFile: false } other)
        {
            return ProbeVerdict.Unhealthy("WrongType", $"{_path} is {other.Kind}, not a file.");
        }

        var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            var (size, age) = (file.Length, Time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(_path));
            var sized = _limits.Judge(size, "size", $"{_path} has", "See whether the backup was whole.", ByteSize.Format);
            var verdict =
                size == 0 ? ProbeVerdict.Unhealthy("Empty", $"{_path} is empty. See the log of what makes the backup.")
                : await FaultAsync(file, cancellationToken).ConfigureAwait(false) is { } fault ? Damaged(fault)
                : _maxAge is { } limit && age > limit
                    ? ProbeVerdict.Unhealthy(
                        "TooOld",
                        $"{_path} was written {Duration.Format(age)} ago, more than {Duration.Format(limit)}. See why none is newer."
                    )
                : sized.Status != ProbeStatus.Healthy ? sized
                : ProbeVerdict.Healthy(
                    ProbeReason.Ok,
                    $"{_path} has {ByteSize.Format(size)}, was written {Duration.Format(age)} ago, and could be read to its end."
                );
            return verdict with
            {
                Measures =
                [
                    .. _limits.Bounds.Measure("size", size, LimitScale.Bytes.Unit),
                    .. new Limits(Max: _maxAge?.TotalSeconds).Measure("age", age.TotalSeconds, "s"),
                ],
            };
        }
    }

    private async Task<string?> FaultAsync(FileStream file, CancellationToken cancellationToken)
    {
        var head = new byte[5];
        var read = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        file.Seek(0, SeekOrigin.Begin);
        if (RdbFile.IsOne(head.AsSpan(0, read)) || HasName(".rdb"))
        {
            return await RdbFile.FindFaultAsync(file, cancellationToken).ConfigureAwait(false);
        }

        var isPacked = read >= 2 && head[0] == 0x1F && head[1] == 0x8B;
        if (!isPacked)
        {
            if (HasName(".gz"))
            {
                return "it is not what gzip packs";
            }

            await file.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            return null;
        }

        // .NET takes a file that ends too early for a whole one.
        var test = new Command { Words = ["gzip", "--test", "--", _path], Grace = TimeSpan.FromSeconds(1) };
        var end = await CommandOutput.RunAsync(test, Most, cancellationToken).ConfigureAwait(false);
        return end.ExitCode == 0
            ? null
            : ForeignText.OneLine(end.Errors.Trim() is { Length: > 0 } said ? said : "gzip can't unpack it", 160).TrimEnd('.');
    }

    private bool HasName(string ending) => _path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private ProbeVerdict Damaged(string fault) =>
        ProbeVerdict.Unhealthy("Damaged", $"{_path} is damaged: {fault}. Keep the one before it, and make a new one.");
}
