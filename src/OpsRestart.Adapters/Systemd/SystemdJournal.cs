using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Systemd.Journal;
using OpsRestart.Adapters.Systemd.Native;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Systemd;

/// <summary>The systemd journal of this machine, read with sd-journal(3). New lines arrive within about half a second: journald tells of them in bursts.</summary>
public sealed class SystemdJournal : IServiceLog
{
    private readonly SystemdTarget _target;

    /// <param name="scope">Whose units: the system's, or those of the calling user's manager.</param>
    /// <param name="hostName">Null or localhost: this machine.</param>
    public SystemdJournal(ServiceScope scope, string? hostName) => _target = SystemdTarget.Create(scope, hostName);

    public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(ServiceLogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RequireReadable();
        cancellationToken.ThrowIfCancellationRequested();
        var pump = new JournalPump(query, _target.Scope);
        await using (pump.ConfigureAwait(false))
        {
            while (await pump.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                yield return entry;
            }
        }
    }

    public Task<string?> GetCursorAsync(CancellationToken cancellationToken)
    {
        RequireReadable();
        return Task.Run(
            () =>
            {
                using var journal = JournalFile.Open();
                return journal.LastCursor();
            },
            cancellationToken);
    }

    private void RequireReadable()
    {
        if (_target.IsRemote)
        {
            throw new SystemdException(
                OpsError.InvalidArgument, $"The journal of {_target.HostName} can't be read from here.", target: _target.HostName, advice: $"Read it there: ssh {_target.HostName} journalctl.");
        }

        if (_target.Scope == ServiceScope.System)
        {
            JournalAccess.Require();
        }
    }
}
