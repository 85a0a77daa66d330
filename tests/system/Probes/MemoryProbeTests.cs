using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Probes;

public sealed class MemoryProbeTests
{
    [Fact]
    public async Task The_memory_of_a_service_is_held_to_limits()
    {
        const string unit = "probe-memory";
        await using var units = await Units.InstallAsync(
            (unit, Units.Service("/usr/bin/python3 -c 'import time; x = b\"x\" * 50000000; time.sleep(1000)'", "MemoryAccounting=yes"))
        );
        ProbeCheck.Is(ProbeStatus.Unknown, "UnitNotFound", await ProbeCheck.RunAsync("memory", "no-such-unit", ("max", "1G")));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotRunning", await ProbeCheck.RunAsync("memory", unit, ("max", "1G")));
        await Systemctl.RunAsync("start", unit);
        if (!long.TryParse(await Systemctl.ShowAsync(unit, "MemoryCurrent"), out _))
        {
            // cgroup v2 without its memory controller: what the unit has set already is no advice.
            var uncounted = await ProbeCheck.RunAsync("memory", unit, ("max", "1G"));
            ProbeCheck.Is(ProbeStatus.Unknown, "NoAccounting", uncounted);
            Assert.DoesNotContain("MemoryAccounting=yes", uncounted.Detail, StringComparison.Ordinal);
            return;
        }

        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("memory", unit, ("max", "40MiB"))).Reason == "TooHigh");
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("memory", unit, ("max", "1G")));
        ProbeCheck.Is(ProbeStatus.Degraded, "TooHigh", await ProbeCheck.RunAsync("memory", unit, ("warnMax", "40MiB"), ("max", "1G")));
    }
}
