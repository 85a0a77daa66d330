using System.ComponentModel;
using System.Diagnostics;

namespace OpsRestart.Adapters.Commands;

/// <summary>
/// A command while it runs: in a session of its own without a terminal, with nothing on its standard input, in a control group of its own
/// where this user may make one, and watched over by a keeper. Whoever disposes of it has ended all of it.
/// </summary>
internal sealed class CommandProcess : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(5);

    // $1: the control group or nothing. It enters the group itself, so that no child can be made outside of it. setsid goes on in the same
    // process.
    private const string Script = """
        group=$1
        shift
        if [ -n "$group" ]; then { echo 0 >"$group/cgroup.procs"; } 2>/dev/null; fi
        exec setsid "$@" </dev/null
        """;

    private readonly Process _process;
    private readonly ControlGroup? _group;
    private readonly CommandMark _mark;
    private readonly CommandKeeper _keeper;
    private readonly ProcessEntry? _leader;
    private readonly TimeSpan _grace;

    private CommandProcess(Process process, ControlGroup? group, CommandMark mark, CommandKeeper keeper, TimeSpan grace)
    {
        (_process, _group, _mark, _keeper, _grace) = (process, group, mark, keeper, grace);
        _leader = ProcessEntry.Find(process.Id);
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Errors => _process.StandardError.BaseStream;

    public int ExitCode => _process.ExitCode;

    /// <exception cref="CommandStartException">The program, its user or its folder is not there.</exception>
    public static CommandProcess Start(Command command)
    {
        var mark = command.Mark;
        var start = StartInfo(command, mark);
        var group = command.Starts ? null : command.Group();
        start.ArgumentList.Insert(3, group?.Path ?? "");
        CommandKeeper? keeper = null;
        try
        {
            keeper = CommandKeeper.Start(group, mark);
            var process = Process.Start(start)!;
            process.StandardInput.Dispose();
            return new CommandProcess(process, group, mark, keeper, command.Grace);
        }
        catch (Win32Exception e)
        {
            keeper?.Dispose();
            group?.TryRemove();
            throw new CommandStartException(
                $"'{command.Words[0]}' can't be run: {e.Message}",
                "Check its working directory, and that setsid and /bin/sh are there.",
                e
            );
        }
    }

    /// <summary>Whether it could be started, as far as that shows without doing it.</summary>
    /// <exception cref="CommandStartException">The program, its user or its folder is not there.</exception>
    public static void Check(Command command)
    {
        StartInfo(command, command.Mark);
        if (command.WorkingDirectory is { } folder && !Directory.Exists(folder))
        {
            throw new CommandStartException(
                $"'{command.Words[0]}' can't be run: there is no folder {folder}.",
                "Check its working directory."
            );
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>What still runs of it is told to end, and killed when it does not.</summary>
    /// <param name="everywhere">Also what has left the control group: for a command that was cut off.</param>
    /// <returns>What there was to end.</returns>
    public async Task<IReadOnlyList<ProcessEntry>> EndAsync(bool everywhere)
    {
        var members = Members(everywhere);
        if (members.Count > 0)
        {
            Tell(members, Signals.Terminate);
            Tell(members, Signals.Continue);
            if (!await IsGoneAsync(everywhere, _grace, kill: false).ConfigureAwait(false))
            {
                await IsGoneAsync(everywhere, KillTime, kill: true).ConfigureAwait(false);
            }
        }

        return members;
    }

    public void Dispose()
    {
        Output.Dispose();
        Errors.Dispose();
        _process.Dispose();
        for (var tries = 0; _group is not null && !_group.TryRemove() && tries < 3; tries++)
        {
            // A process that was killed is in its group until the kernel has cleared it away.
            Thread.Yield();
        }

        _keeper.Dispose();
    }

    private static ProcessStartInfo StartInfo(Command command, CommandMark mark)
    {
        var me = UserAccount.Me;
        var account = Account(command, me);
        var environment = CommandEnvironment.Of(command, account, account.Id != me.Id, mark);
        var program = CommandProgram.Find(command.Words[0], command.WorkingDirectory, environment["PATH"]);
        IReadOnlyList<string> change =
            account.Id == me.Id ? [] : ["setpriv", $"--reuid={account.Id}", $"--regid={account.Group}", "--init-groups", "--"];
        var start = new ProcessStartInfo(
            "/bin/sh",
            [
                "-c",
                Script,
                "opsrestart-command",
                .. command.Starts ? CommandScope.Words(command.Words[0]) : [],
                .. change,
                program,
                .. command.Words.Skip(1),
            ]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static UserAccount Account(Command command, UserAccount me)
    {
        if (command.User is null)
        {
            return me;
        }

        var account =
            UserAccount.Find(command.User)
            ?? throw new CommandStartException($"'{command.Words[0]}' can't be run: there is no user '{command.User}'.", "Check 'user:'.");
        return account.Id == me.Id || me.Id == 0
            ? account
            : throw new CommandStartException(
                $"'{command.Words[0]}' can't be run as '{command.User}' by '{me.Name}'.",
                "Only root may: run it with sudo."
            );
    }

    private IReadOnlyList<ProcessEntry> Members(bool everywhere)
    {
        var inside = _group?.Members() ?? [];
        return _group is null || everywhere ? [.. inside.UnionBy(_mark.Find(_leader), static p => p.Pid)] : inside;
    }

    private async Task<bool> IsGoneAsync(bool everywhere, TimeSpan within, bool kill)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < within; )
        {
            var members = Members(everywhere);
            if (members.Count == 0)
            {
                return true;
            }

            if (kill)
            {
                _group?.Kill();
                if (!Tell(members, Signals.Kill))
                {
                    // Another user's (sudo in a command of an ordinary user): not ours to end.
                    return false;
                }
            }

            await Task.Delay(Poll).ConfigureAwait(false);
        }

        return false;
    }

    /// <returns>Whether any could be told.</returns>
    private static bool Tell(IReadOnlyList<ProcessEntry> members, int signal)
    {
        var told = false;
        foreach (var member in members)
        {
            told |= Signals.Send(member.Pid, signal);
        }

        return told;
    }
}
