using OpsRestart.Core.Queues;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>Tells which suspensions were resumed and which are held by a run that is still under way.</summary>
internal sealed class ResumeReport(Terminal terminal, bool json)
{
    private readonly JsonLines _json = new(terminal.Out);
    private int _resumed;

    public int Held { get; private set; }

    public void AddHeld(GraphQueue queue, SuspensionRecord record)
    {
        Held++;
        Write(queue, record, false, []);
        terminal.Error.WriteLine(
            $"opsrestart: {queue.Name} is suspended by process {record.OwnerPid} on {record.OwnerHost}, which still runs and will "
                + "resume it. To resume it now: --force."
        );
    }

    public void AddResumed(GraphQueue queue, SuspensionRecord record, IReadOnlyList<string> warnings)
    {
        _resumed++;
        Write(queue, record, true, warnings);
    }

    public void Finish()
    {
        if (!json && _resumed + Held == 0)
        {
            terminal.Out.WriteLine("Nothing is left suspended.");
        }
    }

    private void Write(GraphQueue queue, SuspensionRecord record, bool resumed, IReadOnlyList<string> warnings)
    {
        if (json)
        {
            _json.Write("suspension", new SuspensionLine(queue.Name, record, resumed, warnings), JsonContext.Default.SuspensionLine);
            return;
        }

        if (resumed)
        {
            terminal.Out.WriteLine($"{queue.Name}: {terminal.Painted("resumed", Paint.Good)} ({record})");
        }

        foreach (var warning in warnings)
        {
            terminal.Out.WriteLine($"  {terminal.Painted("warning:", Paint.Warning)} {warning}");
        }
    }
}

/// <summary>A suspension that was found, and what became of it, for <c>resume --json</c>.</summary>
internal sealed record SuspensionLine(string Queue, SuspensionRecord Record, bool Resumed, IReadOnlyList<string> Warnings);
