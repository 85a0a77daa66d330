using OpsRestart.Adapters.Commands;

namespace OpsRestart.Tests.Units.Execution;

public sealed class ControlGroupPlaceTests
{
    [Fact]
    public void Version_2_alone_has_one_place() =>
        Assert.Equal(
            ["/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope"],
            ControlGroupPlace.Find(
                "0::/user.slice/user-1000.slice/session-3.scope\n",
                "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
            )
        );

    [Fact]
    public void A_hybrid_has_version_2_and_then_systemd_s_own_of_version_1() =>
        Assert.Equal(
            ["/sys/fs/cgroup/unified/a.service", "/sys/fs/cgroup/systemd/a.service", "/sys/fs/cgroup/pids/a.service"],
            ControlGroupPlace.Find(
                "9:name=systemd:/a.service\n8:pids:/a.service\n2:cpu,cpuacct:/\n0::/a.service\n",
                """
                31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
                39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
                40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """
            )
        );

    [Fact]
    public void A_container_that_sees_only_its_part_is_in_that()
    {
        const string Mounts = "29 23 0:26 /docker/abc /sys/fs/cgroup ro,relatime - cgroup2 cgroup rw\n";
        Assert.Equal(["/sys/fs/cgroup/x"], ControlGroupPlace.Find("0::/docker/abc/x\n", Mounts));
        Assert.Equal(["/sys/fs/cgroup"], ControlGroupPlace.Find("0::/docker/abc\n", Mounts));
        Assert.Empty(ControlGroupPlace.Find("0::/docker/abcd\n", Mounts));
        Assert.Empty(ControlGroupPlace.Find("0::/../other\n", Mounts));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("0::/a\n", "")]
    [InlineData("x\n0:\n::::\n", "1 2 3\n- - - -\n")]
    public void Where_there_are_none_nothing_is_found(string groups, string mounts) => Assert.Empty(ControlGroupPlace.Find(groups, mounts));
}
