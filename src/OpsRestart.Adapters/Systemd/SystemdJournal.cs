using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Systemd.Journal;
using OpsRestart.Adapters.Systemd.Native;

namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// The systemd journal: this machine's by sd-journal(3), another host's by journalctl over ssh. New lines arrive within about half a
/// second: journald tells of them in bursts.
/// </summary>
internal sealed class SystemdJournal : IServiceLog
{
    private readonly SystemdTarget _target;

    /// <param name="scope">Whose units: the system's, or those of the calling user's manager.</param>
    /// <param name="hostName">Null or localhost: this machine. Otherwise <c>host</c> or <c>user@host</c>, as for ssh.</param>
    public SystemdJournal(ServiceScope scope, string? hostName) => _target = SystemdTarget.Create(scope, hostName);

    /// <exception cref="SystemdException">AccessDenied, ManagerUnavailable, ConnectionFailed, InvalidArgument (a name or a
    /// cursor).</exception>
    public IAsyncEnumerable<ServiceLogEntry> ReadAsync(ServiceLogQuery query, CancellationToken cancellationToken) =>
        _target.IsRemote ? new RemoteJournal(_target).ReadAsync(query, cancellationToken) : ReadLocalAsync(query, cancellationToken);

    public Task<string?> GetCursorAsync(CancellationToken cancellationToken) =>
        _target.IsRemote ? new RemoteJournal(_target).GetCursorAsync(cancellationToken) : Task.Run(LastCursor, cancellationToken);

    private async IAsyncEnumerable<ServiceLogEntry> ReadLocalAsync(
        ServiceLogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireAccess();
        var pump = new JournalPump(query, _target.Scope);
        await using (pump.ConfigureAwait(false))
        {
            while (await pump.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                yield return entry;
            }
        }
    }

    private string? LastCursor()
    {
        RequireAccess();
        using var journal = JournalFile.Open();
        return journal.LastCursor();
    }

    private void RequireAccess()
    {
        if (_target.Scope == ServiceScope.System)
        {
            JournalAccess.Require();
        }
    }
}
