using System.Globalization;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>Prints the nodes of a graph and their health.</summary>
internal static class StatusReport
{
    public static void Write(IReadOnlyList<NodeLine> nodes, IReadOnlyList<ProbeResult> own, bool json, Terminal terminal)
    {
        if (json)
        {
            WriteJson(nodes, own, new JsonLines(terminal.Out));
            return;
        }

        var table = new TextTable("Node", "Service", "State", ">Since", ">Restarts", ">Memory", "Boot", "Health");
        foreach (var line in nodes)
        {
            var s = line.Service;
            table.Add(
                new Cell(line.Node, Paint.Strong),
                s.HostName is "localhost" ? s.Name : $"{s.Name} on {s.HostName}",
                new Cell(s.State.ToString(), PaintOf(s.State)),
                s.Uptime is { } uptime ? Duration.Format(uptime) : "",
                s.Restarts is { } restarts ? restarts.ToString(CultureInfo.InvariantCulture) : "",
                s.Memory is { } memory ? Size(memory) : "",
                s.Boot ?? "",
                Health(line.Probes)
            );
        }

        var page = new TextPage(terminal.Width);
        page.Table(table);
        AddOwn(own, page);
        terminal.Write(page);
        WriteTrouble([.. nodes.SelectMany(static s => s.Probes), .. own], terminal);
    }

    private static void WriteJson(IReadOnlyList<NodeLine> nodes, IReadOnlyList<ProbeResult> own, JsonLines lines)
    {
        foreach (var line in nodes)
        {
            lines.Write("node", line, JsonContext.Default.NodeLine);
        }

        foreach (var probe in own)
        {
            lines.Write("probe", probe, JsonContext.Default.ProbeResult);
        }
    }

    private static void AddOwn(IReadOnlyList<ProbeResult> own, TextPage page)
    {
        var table = new TextTable("Check", "Target", "Health");
        foreach (var probe in own)
        {
            table.Add(new Cell(probe.Probe, Paint.Strong), probe.Target, Health([probe]));
        }

        if (!table.IsEmpty)
        {
            page.Blank();
            page.Table(table);
        }
    }

    private static void WriteTrouble(IReadOnlyList<ProbeResult> probes, Terminal terminal)
    {
        var trouble = probes.Where(static p => p.Status != ProbeStatus.Healthy && p.Detail.Length > 0).ToList();
        terminal.Out.Write(trouble.Count > 0 ? "\n" : "");
        foreach (var probe in trouble)
        {
            terminal.Out.WriteLine($"{terminal.Painted($"{probe.Node ?? probe.Probe}:", PaintOf(probe.Status))} {probe.Detail}");
        }
    }

    private static Cell Health(IReadOnlyList<ProbeResult> probes)
    {
        if (probes.Count == 0)
        {
            return "";
        }

        var worst = probes.FirstOrDefault(static p => p.Status != ProbeStatus.Healthy) ?? probes.MaxBy(static p => p.Latency)!;
        var text =
            worst.Status == ProbeStatus.Healthy
                ? string.Create(CultureInfo.InvariantCulture, $"healthy, {worst.Reason} in {worst.Latency.TotalMilliseconds:0} ms")
                : $"{worst.Status.ToString().ToLowerInvariant()}, {worst.Probe}: {worst.Reason}";
        return new Cell(text, PaintOf(worst.Status));
    }

    private static Paint PaintOf(ProbeStatus status) =>
        status switch
        {
            ProbeStatus.Healthy => Paint.Good,
            ProbeStatus.Degraded or ProbeStatus.Starting => Paint.Warning,
            _ => Paint.Bad,
        };

    private static Paint PaintOf(ServiceState state) =>
        state switch
        {
            ServiceState.Running or ServiceState.Exited => Paint.Good,
            ServiceState.Starting or ServiceState.Stopping or ServiceState.Reloading => Paint.Warning,
            ServiceState.Stopped => Paint.Faint,
            _ => Paint.Bad,
        };

    private static string Size(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0} {units[unit]}");
    }
}
