using System.Text.Json;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// One run at a time for each graph on this host. The lock is the kernel's (flock on an open file), so that it is gone with its process however that ends;
/// a file beside it names the holder.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="folder">Where the locks are. Default: this host's state folder.</param>
internal sealed class FileRunLock(TimeProvider time, string? folder = null) : IRunLock
{
    // EWOULDBLOCK, the one answer of flock that says that somebody holds it. A disk that is full or read-only is no other run.
    private const int WouldBlock = 11;

    public async Task<IHeldRunLock> AcquireAsync(string graph, string runId, GraphOperation operation, CancellationToken cancellationToken)
    {
        var name = Uri.EscapeDataString(graph);
        FileStream file;
        string holder;
        try
        {
            var locks = Folder();
            holder = Path.Combine(locks, name + ".holder");
            file = new FileStream(Path.Combine(locks, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new OpsRestartException(OpsError.RunInProgress, $"Another run of '{graph}' is in progress: {Describe(graph)}.", graph,
                "Wait for it to end. The lock goes with its process; nothing has to be removed by hand.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsRestartException(OpsError.AccessDenied, $"The lock of '{graph}' can't be taken: {e.Message}", graph,
                "Run as the user who runs this graph otherwise, or as root; or name another state folder with OPSRESTART_STATE_DIR.", e);
        }

        // Whoever holds the lock takes this file away at its end: one that is here is of a run that was killed.
        var about = new RunHolder(runId, operation.ToString(), Environment.ProcessId, Environment.UserName, time.GetUtcNow().UtcDateTime, []);
        var held = new Held(file, holder, about, Read(holder));
        try
        {
            await held.WriteAsync(about, cancellationToken).ConfigureAwait(false);
            return held;
        }
        catch
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private string Folder() => folder ?? StateFolder.Of("locks");

    private string Describe(string graph) =>
        Read(Path.Combine(Folder(), Uri.EscapeDataString(graph) + ".holder")) is { } holder
            ? FormattableString.Invariant($"a {holder.Operation.ToLowerInvariant()} by {holder.User} since {holder.Since:yyyy-MM-dd HH:mm:ss} UTC, pid {holder.Pid}, run {holder.RunId}")
            : "its holder is not known";

    private static RunHolder? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunHolder>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record RunHolder(string RunId, string Operation, int Pid, string User, DateTime Since, IReadOnlyList<string>? Running);

    private sealed class Held(FileStream file, string holder, RunHolder about, RunHolder? before) : IHeldRunLock
    {
        public KilledRun? Before => before is null ? null : new KilledRun(before.RunId, before.Operation, before.Since, before.Running ?? []);

        public Task RememberAsync(IReadOnlyList<string> nodes, CancellationToken cancellationToken) => WriteAsync(about with { Running = nodes }, cancellationToken);

        public async Task WriteAsync(RunHolder text, CancellationToken cancellationToken)
        {
            try
            {
                await File.WriteAllTextAsync(holder, JsonSerializer.Serialize(text), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It only tells others; the lock itself is held.
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                File.Delete(holder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next holder writes it anew.
            }
            finally
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
