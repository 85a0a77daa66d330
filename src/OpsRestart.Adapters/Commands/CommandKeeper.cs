using System.Diagnostics;

namespace OpsRestart.Adapters.Commands;

/// <summary>
/// A shell that waits beside a command and ends all of it when this process dies without having done so (kill -9, out of memory): it sees
/// that by the end of its standard input, of which only this process holds the other end.
/// </summary>
internal sealed class CommandKeeper : IDisposable
{
    // $1: the control group or nothing; $2: the mark. What it finds has no time left: whoever could have waited is gone.
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' HUP INT TERM
        cd /
        read -r over && exit 0
        tries=0
        while [ $tries -lt 50 ]; do
          found=
          if [ -d "$1" ]; then
            [ -e "$1/cgroup.kill" ] && echo 1 >"$1/cgroup.kill"
            for pid in $(find "$1" -name cgroup.procs -exec cat {} +); do kill -9 "$pid" && found=1; done
          fi
          for file in $(grep -lszxF "$2" /proc/[0-9]*/environ); do
            pid=${file#/proc/}
            kill -9 "${pid%/environ}" && found=1
          done
          [ -z "$found" ] && break
          tries=$((tries + 1))
          sleep 0.1
        done
        [ -d "$1" ] && find "$1" -depth -type d -exec rmdir {} \;
        """;

    private readonly Process _process;

    private CommandKeeper(Process process) => _process = process;

    public static CommandKeeper Start(ControlGroup? group, CommandMark mark) => new(Process.Start(StartInfo(group?.Path ?? "", mark))!);

    internal static ProcessStartInfo StartInfo(string group, CommandMark mark)
    {
        string[] arguments =
        [
            "-c",
            "exec setsid /bin/sh -c \"$0\" opsrestart-keeper \"$@\"",
            Script,
            group,
            $"{CommandMark.Variable}={mark.Value}",
        ];
        var start = new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = CommandEnvironment.DefaultPath;
        return start;
    }

    /// <summary>All is over: it has nothing to do.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Write("over\n");
            _process.StandardInput.Dispose();
            _process.StandardOutput.Dispose();
            _process.StandardError.Dispose();
        }
        catch (IOException)
        {
            // Somebody ended it.
        }

        _process.Dispose();
    }
}
