/// Members of the API's types, A to M; see `KnownFields`.
enum FieldNamesToM {
    static let text = """
        AWSElasticBlockStoreVolumeSource = fsType partition readOnly volumeID
        Affinity = nodeAffinity:NodeAffinity podAffinity:PodAffinity
          podAntiAffinity:PodAntiAffinity
        AppArmorProfile = localhostProfile type
        AzureDiskVolumeSource = cachingMode diskName diskURI fsType kind readOnly
        AzureFilePersistentVolumeSource = readOnly secretName secretNamespace shareName
        AzureFileVolumeSource = readOnly secretName shareName
        CSIPersistentVolumeSource = controllerExpandSecretRef:SecretReference
          controllerPublishSecretRef:SecretReference driver fsType
          nodeExpandSecretRef:SecretReference nodePublishSecretRef:SecretReference
          nodeStageSecretRef:SecretReference readOnly volumeAttributes volumeHandle
        CSIVolumeSource = driver fsType nodePublishSecretRef:LocalObjectReference readOnly
          volumeAttributes
        Capabilities = add drop
        CephFSPersistentVolumeSource = monitors path readOnly secretFile secretRef:SecretReference
          user
        CephFSVolumeSource = monitors path readOnly secretFile secretRef:LocalObjectReference user
        CinderPersistentVolumeSource = fsType readOnly secretRef:SecretReference volumeID
        CinderVolumeSource = fsType readOnly secretRef:LocalObjectReference volumeID
        ClientIPConfig = timeoutSeconds
        ClusterTrustBundleProjection = labelSelector:LabelSelector name optional path signerName
        ConfigMap = apiVersion binaryData data immutable kind metadata:ObjectMeta
        ConfigMapEnvSource = name optional
        ConfigMapKeySelector = key name optional
        ConfigMapNodeConfigSource = kubeletConfigKey name namespace resourceVersion uid
        ConfigMapProjection = items:KeyToPath name optional
        ConfigMapVolumeSource = defaultMode items:KeyToPath name optional
        Container = args command env:EnvVar envFrom:EnvFromSource image imagePullPolicy
          lifecycle:Lifecycle livenessProbe:Probe name ports:ContainerPort readinessProbe:Probe
          resizePolicy:ContainerResizePolicy resources:ResourceRequirements restartPolicy
          securityContext:SecurityContext startupProbe:Probe stdin stdinOnce
          terminationMessagePath terminationMessagePolicy tty volumeDevices:VolumeDevice
          volumeMounts:VolumeMount workingDir
        ContainerPort = containerPort hostIP hostPort name protocol
        ContainerResizePolicy = resourceName restartPolicy
        DaemonSet = apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec status
        DaemonSetSpec = minReadySeconds revisionHistoryLimit selector:LabelSelector
          template:PodTemplateSpec updateStrategy:DeploymentStrategy
        Deployment = apiVersion kind metadata:ObjectMeta spec:DeploymentSpec status
        DeploymentSpec = minReadySeconds paused progressDeadlineSeconds replicas
          revisionHistoryLimit selector:LabelSelector strategy:DeploymentStrategy
          template:PodTemplateSpec
        DeploymentStrategy = rollingUpdate:RollingUpdate type
        DownwardAPIProjection = items:DownwardAPIVolumeFile
        DownwardAPIVolumeFile = fieldRef:ObjectFieldSelector mode path
          resourceFieldRef:ResourceFieldSelector
        DownwardAPIVolumeSource = defaultMode items:DownwardAPIVolumeFile
        EmptyDirVolumeSource = medium sizeLimit
        EnvFromSource = configMapRef:ConfigMapEnvSource prefix secretRef:SecretEnvSource
        EnvVar = name value valueFrom:EnvVarSource
        EnvVarSource = configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector
          resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
        EphemeralContainer = args command env:EnvVar envFrom:EnvFromSource image imagePullPolicy
          lifecycle:Lifecycle livenessProbe:Probe name ports:ContainerPort readinessProbe:Probe
          resizePolicy:ContainerResizePolicy resources:ResourceRequirements restartPolicy
          securityContext:SecurityContext startupProbe:Probe stdin stdinOnce targetContainerName
          terminationMessagePath terminationMessagePolicy tty volumeDevices:VolumeDevice
          volumeMounts:VolumeMount workingDir
        EphemeralVolumeSource = volumeClaimTemplate:PersistentVolumeClaimTemplate
        ExecAction = command
        FCVolumeSource = fsType lun readOnly targetWWNs wwids
        FlexPersistentVolumeSource = driver fsType options readOnly secretRef:SecretReference
        FlexVolumeSource = driver fsType options readOnly secretRef:LocalObjectReference
        FlockerVolumeSource = datasetName datasetUUID
        GCEPersistentDiskVolumeSource = fsType partition pdName readOnly
        GRPCAction = port service
        GitRepoVolumeSource = directory repository revision
        GlusterfsPersistentVolumeSource = endpoints endpointsNamespace path readOnly
        GlusterfsVolumeSource = endpoints path readOnly
        HTTPGetAction = host httpHeaders:HTTPHeader path port scheme
        HTTPHeader = name value
        HostAlias = hostnames ip
        HostPathVolumeSource = path type
        ISCSIPersistentVolumeSource = chapAuthDiscovery chapAuthSession fsType initiatorName iqn
          iscsiInterface lun portals readOnly secretRef:SecretReference targetPortal
        ISCSIVolumeSource = chapAuthDiscovery chapAuthSession fsType initiatorName iqn
          iscsiInterface lun portals readOnly secretRef:LocalObjectReference targetPortal
        ImageVolumeSource = pullPolicy reference
        Job = apiVersion kind metadata:ObjectMeta spec:JobSpec status
        JobSpec = activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode
          completions managedBy manualSelector maxFailedIndexes parallelism podFailurePolicy
          podReplacementPolicy selector:LabelSelector successPolicy suspend
          template:PodTemplateSpec ttlSecondsAfterFinished
        KeyToPath = key mode path
        LabelSelector = matchExpressions:LabelSelectorRequirement matchLabels
        LabelSelectorRequirement = key operator values
        Lifecycle = postStart:LifecycleHandler preStop:LifecycleHandler
        LifecycleHandler = exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction
          tcpSocket:TCPSocketAction
        LocalObjectReference = name
        LocalVolumeSource = fsType path
        """
}
