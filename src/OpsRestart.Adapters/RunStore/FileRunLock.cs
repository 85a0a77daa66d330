using Microsoft.Win32.SafeHandles;
using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// One run at a time for each graph on this host, root's and users' alike where they can touch the same services. The lock is the kernel's,
/// so that it is gone with its process however that ends; a record in the holder's own folder says what it does. No lock, no run.
/// </summary>
/// <param name="graph">What is run.</param>
/// <param name="time">The clock.</param>
/// <param name="folder">For tests: where locks and records are. Default: where the graph's services ask for it.</param>
internal sealed class FileRunLock(ServiceGraph graph, TimeProvider time, string? folder = null) : IRunLock
{
    public Task<IHeldRunLock> AcquireAsync(string graph, string runId, GraphOperation operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult<IHeldRunLock>(Acquire(graph, runId, operation));
        }
        catch (StateException e)
        {
            throw new OpsRestartException(
                OpsError.AccessDenied,
                $"The lock of '{graph}' can't be taken, so nothing was done: {e.Message}",
                graph,
                e.Advice,
                e
            );
        }
    }

    private Held Acquire(string name, string runId, GraphOperation operation)
    {
        var fileName = RecordFile.NameFor(name);
        var record = Path.Combine(folder is null ? StatePlaces.Records("runs") : PrivateFolder.Ensure(folder), fileName + ".json");
        var path = folder is null ? StatePlaces.LockOf(graph, fileName) : Path.Combine(folder, fileName + ".lock");
        if (LockFile.TryTake(path) is not { } file)
        {
            throw InProgress(name, path, record);
        }

        // Whoever holds the lock takes the record away at its end: one that is here is of a run that was killed.
        var before = Read(record);
        var about = new RunRecord(
            runId,
            operation.ToString(),
            Environment.ProcessId,
            UserAccount.Me.Name,
            time.GetUtcNow().UtcDateTime,
            []
        );
        var held = new Held(file, record, about, before);
        held.Write(about);
        return held;
    }

    private static OpsRestartException InProgress(string name, string path, string record)
    {
        var pid = LockOwner.Find(path);
        var known = Read(record) is { } own && (pid is null || own.Pid == pid) ? own.ToString() : null;
        var who = known ?? (pid is { } p ? LockOwner.Describe(p) : "its holder is not known");
        var takeOver =
            pid is { } holder && UserAccount.Me.Id == 0
                ? FormattableString.Invariant($" If that is no run of OpsRestart, end it: kill {holder}.")
                : "";
        return new OpsRestartException(
            OpsError.RunInProgress,
            $"Another run of '{name}' is in progress: {who}.",
            name,
            $"Wait for it to end. The lock goes with its process; nothing has to be removed by hand.{takeOver}"
        );
    }

    private static RunRecord? Read(string path) => RecordFile.Read<RunRecord>(path, static r => r.IsWhole);

    private sealed class Held(SafeFileHandle file, string path, RunRecord about, RunRecord? before) : IHeldRunLock
    {
        public KilledRun? Before =>
            before is null ? null : new KilledRun(before.RunId, before.Operation, before.Since, before.Running ?? []);

        public Task RememberAsync(IReadOnlyList<string> nodes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Write(about with { Running = nodes });
            return Task.CompletedTask;
        }

        public void Write(RunRecord record)
        {
            try
            {
                RecordFile.Write(path, record);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It only tells others; the lock itself is held.
            }
        }

        public ValueTask DisposeAsync()
        {
            RecordFile.Remove(path);
            file.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>What a run that is under way notes of itself. A record without its run is one of a run that was killed.</summary>
internal sealed record RunRecord(string RunId, string Operation, int Pid, string User, DateTime Since, IReadOnlyList<string>? Running)
{
    private const int TextLimit = 300;

    /// <summary>Whoever reads it needs all of it, and shows it.</summary>
    public bool IsWhole => IsWord(RunId) && IsWord(User) && Enum.TryParse<GraphOperation>(Operation, out _) && (Running ?? []).All(IsWord);

    public override string ToString() =>
        FormattableString.Invariant(
            $"a {Operation.ToLowerInvariant()} by {User} since {Since:yyyy-MM-dd HH:mm:ss} UTC, pid {Pid}, run {RunId}"
        );

    private static bool IsWord(string? text) =>
        text is { Length: > 0 and <= TextLimit } && !text.Any(static c => char.IsControl(c) || char.IsSurrogate(c));
}
