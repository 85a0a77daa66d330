using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Probes;

/// <summary>apt and dpkg of the host, whose configuration is the tests' own.</summary>
public sealed class PackageProbeTests
{
    private const string Configuration = "/etc/apt/apt.conf.d/99probe-unattended-upgrades";

    [Fact]
    public async Task What_unattended_upgrades_leave_alone_is_excluded_or_held()
    {
        TestHost.Needs("apt-config", "apt");
        TestHost.Needs("redis-server", "redis-server");
        ProbeCheck.Is(ProbeStatus.Unknown, "NotInstalled", await ProbeCheck.RunAsync("hold", "no-such-package"));
        try
        {
            // Without the package unattended-upgrades nothing is upgraded by itself: only a warning.
            ProbeCheck.Is(ProbeStatus.Degraded, "NotHeld", await ProbeCheck.RunAsync("hold", "redis-server"));
            await File.WriteAllTextAsync(
                Configuration,
                "Unattended-Upgrade::Package-Blacklist {\n  \"redis-serv\";\n  \"libc\\d+\";\n};\n"
            );
            ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("hold", "redis-server, libc6"));

            // An expression matches from the name's beginning.
            await File.WriteAllTextAsync(Configuration, "Unattended-Upgrade::Package-Blacklist { \"server\"; };\n");
            var open = await ProbeCheck.RunAsync("hold", "redis-server libc6");
            ProbeCheck.Is(ProbeStatus.Degraded, "NotHeld", open);
            Assert.Equal(2, open.Measures.Single().Value);
            await Shell.BashAsync("apt-mark hold redis-server >/dev/null");
            ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("hold", "redis-server"));

            var usual = await ProbeCheck.RunAsync("hold", "");
            ProbeCheck.Is(ProbeStatus.Degraded, "NotHeld", usual);
            Assert.Contains("libc6", usual.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("redis-server,", usual.Detail, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(Configuration);
            await Shell.BashAsync("apt-mark unhold redis-server >/dev/null");
        }
    }

    [Fact]
    public async Task What_waits_to_be_upgraded_is_counted_as_apt_counts_it()
    {
        TestHost.Needs("apt-get", "apt");
        var counted = await Shell.BashAsync("LC_ALL=C apt-get -s -q upgrade --with-new-pkgs | grep -c ^Inst || true");
        var lists = await Shell.BashAsync("ls /var/lib/apt/lists | grep -c Packages || true");
        await using var session = new Adapters.Composition.OpsSession();
        var patient = TimeSpan.FromMinutes(3);
        var result = (
            await session.CheckAsync(
                [ProbeCheck.Define("updates", "apt", ("maxSecurity", 100_000), ("warn", 100_000)) with { Timeout = patient }],
                default
            )
        )[0];
        if (lists == "0")
        {
            ProbeCheck.Is(ProbeStatus.Unknown, "NoLists", result);
            return;
        }

        ProbeCheck.Is(ProbeStatus.Healthy, "OK", result);
        Assert.Equal(counted, result.Measures.Single(static m => m.Name == "updates").Value.ToString("0", null));
        Assert.Contains("as of package lists that are", result.Detail, StringComparison.Ordinal);
        var late = (await session.CheckAsync([ProbeCheck.Define("updates", "") with { Timeout = TimeSpan.FromMilliseconds(1) }], default))[
            0
        ];
        ProbeCheck.Is(ProbeStatus.Unknown, "Timeout", late);
    }
}
