using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>The journal of another host: its own journalctl, over ssh, as JSON lines.</summary>
internal sealed class RemoteJournal(SystemdTarget target)
{
    // ssh's own exit code for "could not connect".
    private const int SshFailed = 255;

    public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(
        ServiceLogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (query is not { AfterCursor: not null, Tail: { } tail })
        {
            await foreach (var entry in RunAsync(query, cancellationToken).ConfigureAwait(false))
            {
                yield return entry;
            }

            yield break;
        }

        // journalctl counts the last lines of all there are, not of those after a cursor.
        var last = new Queue<ServiceLogEntry>();
        var cursor = query.AfterCursor;
        await foreach (var entry in RunAsync(query with { Tail = null, Follow = false }, cancellationToken).ConfigureAwait(false))
        {
            cursor = entry.Cursor;
            last.Enqueue(entry);
            _ = last.Count > tail && last.TryDequeue(out _);
        }

        foreach (var entry in last)
        {
            yield return entry;
        }

        var rest = query.Follow
            ? RunAsync(query with { Tail = null, AfterCursor = cursor }, cancellationToken)
            : AsyncEnumerable.Empty<ServiceLogEntry>();
        await foreach (var entry in rest.ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async Task<string?> GetCursorAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        await foreach (var entry in RunAsync(JournalCommand.Last, cancellationToken).ConfigureAwait(false))
        {
            cursor = entry.Cursor;
        }

        return cursor;
    }

    private async IAsyncEnumerable<ServiceLogEntry> RunAsync(
        ServiceLogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var entry in RunAsync(JournalCommand.Read(query), cancellationToken).ConfigureAwait(false))
        {
            if (entry.Cursor != query.AfterCursor)
            {
                yield return entry;
            }
        }
    }

    private async IAsyncEnumerable<ServiceLogEntry> RunAsync(string command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ssh = Start(command);
        try
        {
            var errors = ssh.StandardError.ReadToEndAsync(cancellationToken);
            while (await ssh.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (JournalJson.Read(line) is { } entry)
                {
                    yield return entry;
                }
            }

            await ssh.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            Judge(ssh.ExitCode, (await errors.ConfigureAwait(false)).Trim());
        }
        finally
        {
            if (!ssh.HasExited)
            {
                ssh.Kill();
            }
        }
    }

    private Process Start(string command)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo("ssh", ["-xT", "-oBatchMode=yes", "--", target.HostName, command])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SystemdException(
                OpsError.ConnectionFailed,
                $"The journal of {target.HostName} can't be read: ssh is not on this machine.",
                target: target.HostName,
                advice: "Install an ssh client."
            );
        }
    }

    private void Judge(int exitCode, string errors)
    {
        if (exitCode == 0)
        {
            return;
        }

        var reason = errors.Split('\n')[^1];
        throw new SystemdException(
            exitCode == SshFailed ? OpsError.ConnectionFailed : OpsError.ProtocolError,
            $"The journal of {target.HostName} can't be read: {(reason.Length > 0 ? reason : $"exit code {exitCode}")}.",
            target: target.HostName,
            advice: $"Check that ssh {target.HostName} journalctl works without a question."
        );
    }
}
