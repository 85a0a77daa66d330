# Probes against servers of our own, on loopback.
BeforeAll {
    . $PSScriptRoot/Support/Module.ps1

    # A server that answers each connection with what the script makes of its first words.
    function Start-TestServer([scriptblock] $Answer) {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $shell = [powershell]::Create()
        $null = $shell.AddScript({
                param($listener, $answer)
                while ($true) {
                    $client = $listener.AcceptTcpClient()
                    $stream = $client.GetStream()
                    $buffer = [byte[]]::new(4096)
                    while (($read = $stream.Read($buffer, 0, 4096)) -gt 0) {
                        $reply = & ([scriptblock]::Create($answer)) ([Text.Encoding]::ASCII.GetString($buffer, 0, $read))
                        $stream.Write([Text.Encoding]::ASCII.GetBytes($reply))
                        if ($reply -match '^HTTP') { break }
                    }
                    $client.Dispose()
                }
            }).AddArgument($listener).AddArgument("$Answer")
        $null = $shell.BeginInvoke()
        $servers.Add(@{ Listener = $listener; Shell = $shell })
        $listener.LocalEndpoint.Port
    }
    $servers = [System.Collections.Generic.List[object]]::new()
    $closed = 1
    $redis = Start-TestServer { if ($args[0] -match 'PING') { "+PONG`r`n" } else { "+OK`r`n" } }
    $loading = Start-TestServer { "-LOADING Redis is loading the dataset in memory`r`n" }
    $http = Start-TestServer {
        if ($args[0] -match 'GET /sick') { "HTTP/1.1 503 Busy`r`nContent-Length: 4`r`nConnection: close`r`n`r`nsick" }
        else { "HTTP/1.1 200 OK`r`nX-Node: a`r`nContent-Length: 15`r`nConnection: close`r`n`r`n{`"redis`": `"ok`"}" }
    }
}
AfterAll { foreach ($server in $servers) { $server.Listener.Stop(); $null = $server.Shell.BeginStop($null, $null) } }

Describe 'Every probe' {
    It 'returns a result for each target, in their order' {
        $results = "localhost:$closed", "localhost:$redis" | Test-TcpPort
        $results | ForEach-Object { $_ | Should -BeOfType OpsRestart.ProbeResult }
        $results.Status | Should -Be Unhealthy, Healthy
        $results[0].CheckedAt.Kind | Should -Be Utc
        $results[1].Latency.TotalMilliseconds | Should -BeGreaterThan 0
    }

    It 'checks its targets in parallel' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        # Nobody answers at these: each would take its whole second.
        Test-TcpPort 192.0.2.1:9, 192.0.2.2:9, 192.0.2.3:9, 192.0.2.4:9 -Timeout 1s -Quiet | Should -Be $false, $false, $false, $false
        Assert-TestWithin $watch 3
    }

    It 'gives true or false with -Quiet, and no error' {
        Test-TcpPort "localhost:$redis", "localhost:$closed" -Quiet -ErrorVariable failures | Should -Be $true, $false
        Test-TcpPort "localhost:$closed" -Quiet -Within 100ms -ErrorVariable +failures | Should -BeFalse
        $failures | Should -BeNullOrEmpty
    }

    It 'that is waited for and does not come is an error after its result' {
        $result = Test-TcpPort "localhost:$closed" -Wait -Within 300ms -ErrorAction SilentlyContinue -ErrorVariable failure
        $result.Status | Should -Be Unhealthy
        $failure.FullyQualifiedErrorId | Should -Be 'ReadyTimeout,OpsRestart.Commands.TestTcpPortCommand'
        $failure.CategoryInfo.Category | Should -Be OperationTimeout
        $failure.TargetObject | Should -Be "localhost:$closed"
    }

    It 'that is waited for ends as soon as it is healthy' {
        $late = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $late.Start()
        $port = $late.LocalEndpoint.Port
        $late.Stop()
        $pipeline = Start-TestPipeline { Test-TcpPort "localhost:$shared" -Wait -Within 20s -Every 100ms } $port
        [System.Threading.Thread]::Sleep(500)
        $late = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, $port)
        $late.Start()
        try { ($pipeline.Shell.EndInvoke($pipeline.Handle)).Status | Should -Be Healthy } finally { $late.Stop() }
    }

    It 'answers Ctrl-C at once' {
        $pipeline = Start-TestPipeline { Test-TcpPort "localhost:1" -Wait -Within 10m }
        [System.Threading.Thread]::Sleep(800)
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1
    }

    It 'says of a target that makes no sense that it does not, and goes on' {
        $result = Test-TcpPort nonsense, "localhost:$redis" -ErrorAction SilentlyContinue -ErrorVariable failure
        $result.Status | Should -Be Healthy
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.TestTcpPortCommand'
        $failure.TargetObject | Should -Be nonsense
    }

    It 'never shows a password' {
        $result = Test-RedisPing "redis://user:topsecret@localhost:$redis/0", "redis://user:topsecret@localhost:$closed/0"
        $result | ConvertTo-Json | Should -Not -Match topsecret
        $result | Out-String -Width 300 | Should -Not -Match topsecret
    }
}

Describe 'Test-RedisPing' {
    It 'tells PONG, LOADING and nobody there apart' {
        $results = Test-RedisPing "localhost:$redis", "redis://127.0.0.1:$loading", "localhost:$closed"
        $results.Status | Should -Be Healthy, Starting, Unhealthy
        $results.Reason[0, 1] | Should -Be PONG, LOADING
    }
}

Describe 'Test-PostgresConnection' {
    It 'says when nobody is there' {
        (Test-PostgresConnection "postgres://me@localhost:$closed/db").Status | Should -Be Unhealthy
    }
}

Describe 'Test-HttpEndpoint' {
    It 'judges status, body, JSON and headers' {
        (Test-HttpEndpoint "http://localhost:$http/").Reason | Should -Be 200
        (Test-HttpEndpoint "http://localhost:$http/sick").Status | Should -Be Unhealthy
        Test-HttpEndpoint "http://localhost:$http/sick" -Status 5xx -Quiet | Should -BeTrue
        Test-HttpEndpoint "http://localhost:$http/" -Contains ok -Json @{ redis = 'ok' } -ExpectHeader @{ 'X-Node' = 'a' } -Quiet | Should -BeTrue
        Test-HttpEndpoint "http://localhost:$http/" -Pattern '"redis": "no' -Quiet | Should -BeFalse
    }
}

Describe 'Test-TcpPort' {
    It 'takes the port from -Port where the target has none' {
        Test-TcpPort localhost, "localhost:$closed" -Port $redis -Quiet | Should -Be $true, $false
    }

    It 'has a short exchange of words' {
        Test-TcpPort "localhost:$redis" -Send 'PING\r\n' -Pattern '^\+PONG' -Quiet | Should -BeTrue
        Test-TcpPort "localhost:$redis" -Send 'PING\r\n' -Pattern 'nothing' -Quiet -Timeout 500ms | Should -BeFalse
    }
}

Describe 'Test-LogPattern' {
    It 'looks into files' {
        Set-Content $TestDrive/app.log 'ready to serve', 'ERROR out of paper'
        Test-LogPattern 'ready' -Path $TestDrive/app.log -Tail 10 -Quiet | Should -BeTrue
        Test-LogPattern 'error' -Path $TestDrive/app.log -Tail 10 -Absent -Quiet | Should -BeTrue
        Test-LogPattern 'error' -Path $TestDrive/app.log -Tail 10 -Absent -IgnoreCase -Quiet | Should -BeFalse
    }
}

Describe 'Test-ServiceHealth' {
    BeforeAll {
        Set-Content $TestDrive/health.yml @"
graph: health
services:
  cache: { unit: a, ready: "redis://localhost:$redis" }
  web:   { unit: b, needs: [cache], ready: { http: "http://localhost:$http/sick" } }
"@
    }

    It 'checks all probes of a graph, of a node, and by name' {
        $results = Test-ServiceHealth $TestDrive/health.yml
        $results.Node | Should -Be cache, cache, web, web
        $results.Probe | Should -Be service, redis, service, http
        ($results | Where-Object Probe -NE service).Status | Should -Be Healthy, Unhealthy
        (Get-ServiceGraph $TestDrive/health.yml | Test-ServiceHealth -Name cache).Node | Should -Be cache, cache
        ((Get-ServiceGraph $TestDrive/health.yml).Nodes | Test-ServiceHealth -Quiet) | Should -Be $false, $true, $false, $false
    }

    It 'finds a service that does not run, or is not there, unhealthy or unknown, and never healthy' {
        (Test-ServiceHealth $TestDrive/health.yml | Where-Object Probe -EQ service).Status | Should -Not -Contain Healthy
    }

    It 'takes single probes: definitions, URIs and hashtables' {
        ((Get-ServiceGraph $TestDrive/health.yml).Probes[0] | Test-ServiceHealth).Status | Should -Be Healthy
        (Test-ServiceHealth "redis://localhost:$redis").Status | Should -Be Healthy
        (Test-ServiceHealth @{ http = "http://localhost:$http/"; contains = 'redis' }).Status | Should -Be Healthy
    }

    It 'errs for what is none' {
        Test-ServiceHealth no-such-graph, @{ nonsense = 1 } -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -Be 'GraphNotFound,OpsRestart.Commands.TestServiceHealthCommand', 'InvalidArgument,OpsRestart.Commands.TestServiceHealthCommand'
    }
}

Describe 'Test-DiskSpace' {
    It 'takes shares and sizes, and paths relative to the location' {
        (Test-DiskSpace / -Crit 0%).Status | Should -Be Healthy
        (Test-DiskSpace / -Warn 100% -Crit 0%).Status | Should -Be Degraded
        Push-Location $TestDrive
        try { (Test-DiskSpace . -Crit 1000T).Target | Should -Be (Get-Item $TestDrive).FullName } finally { Pop-Location }
        (Test-DiskSpace /no/such/path).Reason | Should -Be NoPath
        Get-Item $TestDrive | Test-DiskSpace -Crit 0% -Quiet | Should -BeTrue
    }
}

Describe 'Test-NagiosPlugin' {
    BeforeAll {
        Set-Content $TestDrive/check_it @'
#!/bin/sh
echo "IT $1 $LEVEL | load=0.5;5;10"
exit $2
'@
        chmod +x $TestDrive/check_it
    }

    It 'judges exit codes and keeps the numbers' {
        $results = 0..3 | ForEach-Object { Test-NagiosPlugin $TestDrive/check_it is, $_ -Environment @{ LEVEL = 'here' } }
        $results.Status | Should -Be Healthy, Degraded, Unhealthy, Unknown
        $results[0].Detail | Should -Be 'IT is here'
        $results[0].Measures[0].Crit | Should -Be 10
        (Test-NagiosPlugin no_such_plugin).Reason | Should -Be NotStarted
    }

    It 'is too slow with a latency that is too short' {
        (Test-NagiosPlugin $TestDrive/check_it is, 0 -MaxLatency 0s).Reason | Should -Be Slow
        (Test-NagiosPlugin $TestDrive/check_it is, 0 -CritLatency 0s).Status | Should -Be Unhealthy
    }
}

Describe 'Test-PrometheusMetric' {
    It 'holds samples to limits' {
        $metrics = Start-TestServer { $page = "up{job=`"a`"} 1`nup{job=`"b`"} 0`n"; "HTTP/1.1 200 OK`r`nContent-Length: $($page.Length)`r`nConnection: close`r`n`r`n$page" }
        (Test-PrometheusMetric "http://localhost:$metrics/" up -Crit 1:).Reason | Should -Be TooLow
        Test-PrometheusMetric "http://localhost:$metrics/" up -Label @{ job = 'a' } -Crit 1: -Quiet | Should -BeTrue
        (Test-PrometheusMetric "http://localhost:$metrics/" down).Reason | Should -Be NoSample
    }
}

Describe 'Test-NameResolution' {
    It 'looks up names, by default the own one' {
        (Test-NameResolution localhost -Address 127.0.0.1).Status | Should -Be Healthy
        (Test-NameResolution).Target | Should -Be ([System.Net.Dns]::GetHostName())
        (Test-NameResolution no-such-host.invalid).Reason | Should -Be NameNotFound
    }
}

Describe 'Probes of what is not there' {
    It 'say so, each in its own words' {
        (Test-RabbitMqBroker "localhost:$closed").Reason | Should -Be Refused
        (Test-MqttBroker "localhost:$closed").Reason | Should -Be Refused
        (Test-MemcachedServer "localhost:$closed").Reason | Should -Be Refused
        (Test-WebSocket "ws://localhost:$closed/").Reason | Should -Be Refused
        (Test-SqlScalar 'select 1' "postgres://me@localhost:$closed/db" -Crit 5).Reason | Should -Be Refused
        (Test-PostgresReplication "localhost:$closed").Reason | Should -Be Refused
        (Test-RoundTrip "http://localhost:$closed/a" "http://localhost:$closed/b").Reason | Should -Be Refused
    }

    It 'refuse what makes no sense' {
        foreach ($wrong in { Test-SqlScalar 'select 1' -Crit much }, { Test-RabbitMqBroker -Warn 5 }, { Test-DiskSpace / -Crit lots }, { Test-ServiceMemory x }) {
            (Get-TestError $wrong).FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        }
    }
}

Describe 'ConvertTo-NagiosResult' {
    It 'makes one line and an exit code of all results' {
        $result = Test-TcpPort "localhost:$redis", "localhost:$closed" | ConvertTo-NagiosResult ports
        $result.ExitCode | Should -Be 2
        $result.Line | Should -Match '^CRITICAL: ports: 1 of 2 checks: CRITICAL tcp .* \| ''.*=.*s'
        "$result" | Should -Be $result.Line
        (Test-TcpPort "localhost:$redis" | ConvertTo-NagiosResult).Line | Should -Match '^OK: tcp .* \| ''time''=[\d.]+s$'
        (Test-TcpPort "localhost:$redis" -MaxLatency 0s | ConvertTo-NagiosResult).ExitCode | Should -Be 1
        (@() | ConvertTo-NagiosResult).State | Should -Be UNKNOWN
    }
}

Describe 'A state file' {
    It 'is written whole and read again until it is too old' {
        $file = "$TestDrive/state"
        $written = Test-TcpPort "localhost:$closed" | ConvertTo-NagiosResult | Export-NagiosState $file -PassThru
        $read = Import-NagiosState $file
        $read.ExitCode, $read.Text | Should -Be $written.ExitCode, $written.Text
        (Get-ChildItem $TestDrive/state*).Name | Should -Be state
        (Import-NagiosState $file -MaxAge 0s).ExitCode | Should -Be 3
        (Import-NagiosState "$file.none").State | Should -Be UNKNOWN
    }

    It 'is not written with -WhatIf, and a folder that is not there is an error' {
        Test-TcpPort "localhost:$closed" | ConvertTo-NagiosResult | Export-NagiosState $TestDrive/other -WhatIf
        "$TestDrive/other" | Should -Not -Exist
        $failure = Get-TestError { Test-TcpPort "localhost:$closed" | ConvertTo-NagiosResult | Export-NagiosState $TestDrive/no/such/folder }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.ExportNagiosStateCommand'
    }
}

Describe 'The health of services' -Tag Host {
    BeforeAll {
        . $PSScriptRoot/Support/Host.ps1
        Install-TestUnit
        Set-Content $TestDrive/units.yml @'
graph: units
services:
  up:    { unit: t-plain }
  down:  { unit: t-slow-stop }
  gone:  { unit: t-no-such-unit }
'@
    }
    AfterAll { Stop-TestUnit }

    It 'is what their manager says, without any probe' {
        systemctl start t-plain
        $results = Test-ServiceHealth $TestDrive/units.yml
        $results.Status | Should -Be Healthy, Unhealthy, Unhealthy
        $results.Reason | Should -Be Running, Stopped, NotFound
        systemctl stop t-plain
        (Test-ServiceHealth $TestDrive/units.yml -Name up).Reason | Should -Be Stopped
    }

    It 'is looked at in the scope of the node' {
        Set-Content $TestDrive/user.yml "graph: user`nservices:`n  up: { unit: t-plain, scope: user }"
        systemctl start t-plain
        (Test-ServiceHealth $TestDrive/user.yml).Status | Should -Not -Be Healthy
    }
}

Describe 'Probes of real servers' -Tag Host {
    BeforeAll {
        . $PSScriptRoot/Support/Host.ps1
        Install-TestUnit
        $cluster = 'postgresql@' + ((pg_lsclusters -h | Select-Object -Last 1) -split ' +')[0] + '-main'
        $database = 'postgres://postgres@/postgres?host=/run/postgresql'
        systemctl start redis-server $cluster t-logs
        journalctl --sync
        $who = if (id -u postgres) { 'postgres' }
    }
    AfterAll { Stop-TestUnit }

    It 'wait for PostgreSQL, and know that a refused login means that it is up' {
        (Test-PostgresConnection $database -Wait -Within 30s).Status | Should -Be Healthy
        (Test-PostgresConnection $database -Query 'select 1' -Expect 1).Status | Should -Be Unhealthy
        $answer = runuser -u $who -- (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; Test-PostgresConnection '$database' -Query 'select 40 + 2' -Expect 42 -Role Primary -Quiet"
        $answer | Should -Be True
    }

    It 'ping Redis, in a restart too' {
        systemctl restart redis-server
        (Test-RedisPing -Wait -Within 20s).Reason | Should -Be PONG
    }

    It 'look into the journal of a service' {
        Test-LogPattern . t-logs -Priority error -Since 1h -Quiet | Should -BeTrue
        Get-ManagedService t-logs | Test-LogPattern 'no such words' -Absent -Since 1h -Quiet | Should -BeTrue
    }

    It 'log in to RabbitMQ and look at its queues' {
        systemctl start rabbitmq-server
        (Test-RabbitMqBroker -Wait -Within 90s).Status | Should -Be Healthy
        (Test-RabbitMqBroker -Queue no-such-queue).Reason | Should -Be QueueNotFound
        $wrong = [pscredential]::new('guest', (ConvertTo-SecureString wrong -AsPlainText -Force))
        (Test-RabbitMqBroker -Credential $wrong).Reason | Should -Be AuthenticationFailed
        systemctl stop rabbitmq-server
    }

    It 'ask memcached and Mosquitto' {
        systemctl start memcached mosquitto
        (Test-MemcachedServer -Wait -Within 30s).Status | Should -Be Healthy
        (Test-MqttBroker -Wait -Within 30s).Status | Should -Be Healthy
        (Test-MqttBroker -Topic app/probe -Publish -Timeout 30s).Reason | Should -Be Message
        systemctl stop memcached mosquitto
    }

    It 'judge a value of PostgreSQL' {
        $answer = runuser -u $who -- (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; (Test-SqlScalar 'select 6' '$database' -Warn 5 -Crit 50).Status; (Test-PostgresReplication '$database').Reason"
        $answer | Should -Be Degraded, NoReplica
    }

    It 'measure the memory of a service and what the kernel killed' {
        systemctl start t-plain
        (Get-ManagedService t-plain | Test-ServiceMemory -Measure Resident -Crit 10G).Status | Should -Be Healthy
        (Test-ServiceMemory t-plain -Measure Virtual -Warn 1 -Crit 10T).Status | Should -Be Degraded
        (Get-ManagedService t-plain | Test-OomKill).Status | Should -Be Healthy
        (Test-OomKill no-such-unit).Reason | Should -Be UnitNotFound
    }

    It 'ask for held packages' {
        (Test-PackageHold redis-server).Reason | Should -BeIn NotHeld, OK
        (Test-PackageHold no-such-package).Status | Should -Be Unknown
    }
}
