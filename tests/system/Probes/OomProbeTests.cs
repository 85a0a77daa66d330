using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Probes;

/// <summary>A unit whose memory is limited, and which wants more.</summary>
public sealed class OomProbeTests
{
    private const string Eater = "probe-eater";

    [Fact]
    public async Task A_process_that_the_kernel_killed_for_want_of_memory_is_told()
    {
        // The child is what grows, and what is killed; its parent stays.
        await using var units = await Units.InstallAsync(
            (
                Eater,
                Units.Service(
                    "/bin/sh -c 'echo 1000 >/proc/self/oom_score_adj; [ -e /run/probe-eat ] && "
                        + "/usr/bin/python3 -c \"x = bytearray(300000000)\"; echo 0 >/proc/self/oom_score_adj; exec sleep 1000'",
                    "MemoryMax=40M",
                    "MemorySwapMax=0",
                    "MemoryAccounting=yes",
                    "OOMPolicy=continue"
                )
            )
        );
        File.Delete("/run/probe-eat");
        ProbeCheck.Is(ProbeStatus.Unknown, "UnitNotFound", await ProbeCheck.RunAsync("oom", "no-such-unit"));
        await Systemctl.RunAsync("start", Eater);
        if (!long.TryParse(await Systemctl.ShowAsync(Eater, "MemoryCurrent"), out _))
        {
            Assert.Skip("no memory controller in this host: no unit can run out of memory");
        }

        var calm = await ProbeCheck.RunAsync("oom", Eater);
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", calm);
        await File.WriteAllTextAsync("/run/probe-eat", "");
        try
        {
            await Systemctl.RunAsync("restart", Eater);
            await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("oom", Eater)).Reason == "OomKilled");
        }
        finally
        {
            File.Delete("/run/probe-eat");
        }

        var killed = await ProbeCheck.RunAsync("oom", Eater);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "OomKilled", killed);
        Assert.Equal("0", killed.Measures.Single().Crit);
        Assert.True(killed.Measures.Single().Value >= 1, killed.Detail);
        ProbeCheck.Is(ProbeStatus.Degraded, "OomKilled", await ProbeCheck.RunAsync("oom", Eater, ("warn", 0), ("crit", 1000)));
        Assert.NotEqual("OK", (await ProbeCheck.RunAsync("oom", "")).Reason);
    }

    [Fact]
    public async Task The_largest_process_of_a_service_is_found()
    {
        const string unit = "probe-largest";
        var folder = Directory.CreateTempSubdirectory("opsrestart-largest-").FullName;
        await File.WriteAllTextAsync($"{folder}/large", "x = b'x' * 60000000\nimport time\ntime.sleep(1000)\n");
        await File.WriteAllTextAsync($"{folder}/run", $"/usr/bin/python3 {folder}/large &\nexec sleep 1000\n");
        await using var units = await Units.InstallAsync((unit, Units.Service($"/bin/sh {folder}/run")));
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "NotRunning",
            await ProbeCheck.RunAsync("memory", unit, ("max", "1G"), ("measure", "resident"))
        );
        await Systemctl.RunAsync("start", unit);
        await Eventually.IsTrueAsync(async () =>
            (await ProbeCheck.RunAsync("memory", unit, ("crit", "50M"), ("measure", "resident"))).Reason == "TooHigh"
        );

        var resident = await ProbeCheck.RunAsync("memory", unit, ("warn", "50M"), ("crit", "1G"), ("measure", "resident"));
        ProbeCheck.Is(ProbeStatus.Degraded, "TooHigh", resident);
        Assert.Contains("python3", resident.Detail, StringComparison.Ordinal);
        var virtually = await ProbeCheck.RunAsync("memory", unit, ("crit", "1T"), ("measure", "virtual"));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", virtually);
        Assert.True(virtually.Measures[0].Value >= resident.Measures[0].Value);
    }
}
