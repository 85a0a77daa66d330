using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.RedisServers;

namespace OpsRestart.Tests.Units.RedisServers;

public sealed class RedisServerReaderTests
{
    [Fact]
    public void INFO_becomes_one_object()
    {
        var info = RedisServerReader.Of(
            "redis://h:6379/0",
            RedisInfo.Parse(
                "# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:90\r\nrole:master\r\nused_memory:1048576\r\nmaxmemory:2097152\r\n"
                    + "maxmemory_policy:allkeys-lru\r\nconnected_clients:3\r\nmaxclients:10000\r\nrdb_last_bgsave_status:err\r\n"
                    + "rdb_last_save_time:1700000000\r\naof_enabled:0\r\nslave0:ip=10.0.0.2,port=6379,state=online,offset=1\r\n"
                    + "# Keyspace\r\ndb2:keys=7,expires=1,avg_ttl=0\r\ndb0:keys=5,expires=0,avg_ttl=0\r\n"
            )
        );
        Assert.Equal(("7.0.15", "primary", TimeSpan.FromSeconds(90), 1), (info.Version, info.Role, info.Uptime!.Value, info.Replicas));
        Assert.Equal((1048576, 2097152, true), (info.MemoryUsed!.Value, info.MemoryMax!.Value, info.IsEvicting));
        Assert.Equal(
            (3, 10000, false, false),
            (info.Clients!.Value, info.MaxClients!.Value, info.LastSaveSucceeded!.Value, info.AppendOnly!.Value)
        );
        Assert.Equal(12, info.Keys);
        Assert.Equal([new(0, 5, 0), new(2, 7, 1)], info.Databases);
    }

    [Theory]
    [InlineData("")]
    [InlineData("db:keys=1\ndbx:keys=2\ndb3:keys=\ndb4:\nuptime_in_seconds:99999999999999999999\nrdb_last_save_time:-5\nused_memory:x")]
    public void What_is_no_INFO_is_nothing_known(string text)
    {
        var info = RedisServerReader.Of("h", RedisInfo.Parse(text));
        Assert.Equal((0, 0), (info.Keys, info.Databases.Count));
        Assert.Null(info.Uptime);
        Assert.Null(info.LastSave);
        Assert.Null(info.MemoryUsed);
    }

    [Fact]
    public void A_prefix_stands_for_itself_in_a_pattern() => Assert.Equal(@"a\*b\?\[c\]\\", RedisKeys.Escape(@"a*b?[c]\"));
}
