/// Members of the API's types, N to Z; see `KnownFields`.
enum FieldNamesFromN {
    static let text = """
        NFSVolumeSource = path readOnly server
        Namespace = apiVersion kind metadata:ObjectMeta spec:NamespaceSpec status
        NamespaceSpec = finalizers
        Node = apiVersion kind metadata:ObjectMeta spec:NodeSpec status
        NodeAffinity = preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm
          requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
        NodeConfigSource = configMap:ConfigMapNodeConfigSource
        NodeSelector = nodeSelectorTerms:NodeSelectorTerm
        NodeSelectorRequirement = key operator values
        NodeSelectorTerm = matchExpressions:NodeSelectorRequirement
          matchFields:NodeSelectorRequirement
        NodeSpec = configSource:NodeConfigSource externalID podCIDR podCIDRs providerID
          taints:Taint unschedulable
        ObjectFieldSelector = apiVersion fieldPath
        ObjectMeta = annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp
          finalizers generateName generation labels managedFields name namespace
          ownerReferences:OwnerReference resourceVersion selfLink uid
        ObjectReference = apiVersion fieldPath kind name namespace resourceVersion uid
        OwnerReference = apiVersion blockOwnerDeletion controller kind name uid
        PersistentVolume = apiVersion kind metadata:ObjectMeta spec:PersistentVolumeSpec status
        PersistentVolumeClaim = apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec
          status
        PersistentVolumeClaimSpec = accessModes dataSource:TypedLocalObjectReference
          dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements
          selector:LabelSelector storageClassName volumeAttributesClassName volumeMode volumeName
        PersistentVolumeClaimTemplate = metadata:ObjectMeta spec:PersistentVolumeClaimSpec
        PersistentVolumeClaimVolumeSource = claimName readOnly
        PersistentVolumeSpec = accessModes awsElasticBlockStore:AWSElasticBlockStoreVolumeSource
          azureDisk:AzureDiskVolumeSource azureFile:AzureFilePersistentVolumeSource capacity
          cephfs:CephFSPersistentVolumeSource cinder:CinderPersistentVolumeSource
          claimRef:ObjectReference csi:CSIPersistentVolumeSource fc:FCVolumeSource
          flexVolume:FlexPersistentVolumeSource flocker:FlockerVolumeSource
          gcePersistentDisk:GCEPersistentDiskVolumeSource
          glusterfs:GlusterfsPersistentVolumeSource hostPath:HostPathVolumeSource
          iscsi:ISCSIPersistentVolumeSource local:LocalVolumeSource mountOptions
          nfs:NFSVolumeSource nodeAffinity:VolumeNodeAffinity persistentVolumeReclaimPolicy
          photonPersistentDisk:PhotonPersistentDiskVolumeSource
          portworxVolume:PortworxVolumeSource quobyte:QuobyteVolumeSource
          rbd:RBDPersistentVolumeSource scaleIO:ScaleIOPersistentVolumeSource storageClassName
          storageos:StorageOSPersistentVolumeSource volumeAttributesClassName volumeMode
          vsphereVolume:VsphereVirtualDiskVolumeSource
        PhotonPersistentDiskVolumeSource = fsType pdID
        Pod = apiVersion kind metadata:ObjectMeta spec:PodSpec status
        PodAffinity = preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm
          requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm
        PodAffinityTerm = labelSelector:LabelSelector matchLabelKeys mismatchLabelKeys
          namespaceSelector:LabelSelector namespaces topologyKey
        PodAntiAffinity = preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm
          requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm
        PodDNSConfig = nameservers options:PodDNSConfigOption searches
        PodDNSConfigOption = name value
        PodOS = name
        PodReadinessGate = conditionType
        PodResourceClaim = name resourceClaimName resourceClaimTemplateName
        PodSchedulingGate = name
        PodSecurityContext = appArmorProfile:AppArmorProfile fsGroup fsGroupChangePolicy
          runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy seLinuxOptions:SELinuxOptions
          seccompProfile:SeccompProfile supplementalGroups supplementalGroupsPolicy sysctls:Sysctl
          windowsOptions:WindowsSecurityContextOptions
        PodSpec = activeDeadlineSeconds affinity:Affinity automountServiceAccountToken
          containers:Container dnsConfig:PodDNSConfig dnsPolicy enableServiceLinks
          ephemeralContainers:EphemeralContainer hostAliases:HostAlias hostIPC hostNetwork hostPID
          hostUsers hostname imagePullSecrets:LocalObjectReference initContainers:Container
          nodeName nodeSelector os:PodOS overhead preemptionPolicy priority priorityClassName
          readinessGates:PodReadinessGate resourceClaims:PodResourceClaim
          resources:ResourceRequirements restartPolicy runtimeClassName schedulerName
          schedulingGates:PodSchedulingGate securityContext:PodSecurityContext serviceAccount
          serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain
          terminationGracePeriodSeconds tolerations:Toleration
          topologySpreadConstraints:TopologySpreadConstraint volumes:Volume
        PodTemplateSpec = metadata:ObjectMeta spec:PodSpec
        PortworxVolumeSource = fsType readOnly volumeID
        PreferredSchedulingTerm = preference:NodeSelectorTerm weight
        Probe = exec:ExecAction failureThreshold grpc:GRPCAction httpGet:HTTPGetAction
          initialDelaySeconds periodSeconds successThreshold tcpSocket:TCPSocketAction
          terminationGracePeriodSeconds timeoutSeconds
        ProjectedVolumeSource = defaultMode sources:VolumeProjection
        QuobyteVolumeSource = group readOnly registry tenant user volume
        RBDPersistentVolumeSource = fsType image keyring monitors pool readOnly
          secretRef:SecretReference user
        RBDVolumeSource = fsType image keyring monitors pool readOnly
          secretRef:LocalObjectReference user
        ReplicaSet = apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec status
        ReplicaSetSpec = minReadySeconds replicas selector:LabelSelector template:PodTemplateSpec
        ResourceClaim = name request
        ResourceFieldSelector = containerName divisor resource
        ResourceRequirements = claims:ResourceClaim limits requests
        RollingUpdate = maxSurge maxUnavailable partition
        SELinuxOptions = level role type user
        ScaleIOPersistentVolumeSource = fsType gateway protectionDomain readOnly
          secretRef:SecretReference sslEnabled storageMode storagePool system volumeName
        ScaleIOVolumeSource = fsType gateway protectionDomain readOnly
          secretRef:LocalObjectReference sslEnabled storageMode storagePool system volumeName
        SeccompProfile = localhostProfile type
        Secret = apiVersion data immutable kind metadata:ObjectMeta stringData type
        SecretEnvSource = name optional
        SecretKeySelector = key name optional
        SecretProjection = items:KeyToPath name optional
        SecretReference = name namespace
        SecretVolumeSource = defaultMode items:KeyToPath optional secretName
        SecurityContext = allowPrivilegeEscalation appArmorProfile:AppArmorProfile
          capabilities:Capabilities privileged procMount readOnlyRootFilesystem runAsGroup
          runAsNonRoot runAsUser seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile
          windowsOptions:WindowsSecurityContextOptions
        Service = apiVersion kind metadata:ObjectMeta spec:ServiceSpec status
        ServiceAccount = apiVersion automountServiceAccountToken
          imagePullSecrets:LocalObjectReference kind metadata:ObjectMeta secrets:ObjectReference
        ServiceAccountTokenProjection = audience expirationSeconds path
        ServicePort = appProtocol name nodePort port protocol targetPort
        ServiceSpec = allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName
          externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies
          ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges
          ports:ServicePort publishNotReadyAddresses selector sessionAffinity
          sessionAffinityConfig:SessionAffinityConfig trafficDistribution type
        SessionAffinityConfig = clientIP:ClientIPConfig
        SleepAction = seconds
        StatefulSet = apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec status
        StatefulSetSpec = minReadySeconds ordinals persistentVolumeClaimRetentionPolicy
          podManagementPolicy replicas revisionHistoryLimit selector:LabelSelector serviceName
          template:PodTemplateSpec updateStrategy:DeploymentStrategy
          volumeClaimTemplates:PersistentVolumeClaim
        StorageOSPersistentVolumeSource = fsType readOnly secretRef:ObjectReference volumeName
          volumeNamespace
        StorageOSVolumeSource = fsType readOnly secretRef:LocalObjectReference volumeName
          volumeNamespace
        Sysctl = name value
        TCPSocketAction = host port
        Taint = effect key timeAdded value
        Toleration = effect key operator tolerationSeconds value
        TopologySpreadConstraint = labelSelector:LabelSelector matchLabelKeys maxSkew minDomains
          nodeAffinityPolicy nodeTaintsPolicy topologyKey whenUnsatisfiable
        TypedLocalObjectReference = apiGroup kind name
        TypedObjectReference = apiGroup kind name namespace
        Volume = awsElasticBlockStore:AWSElasticBlockStoreVolumeSource
          azureDisk:AzureDiskVolumeSource azureFile:AzureFileVolumeSource
          cephfs:CephFSVolumeSource cinder:CinderVolumeSource configMap:ConfigMapVolumeSource
          csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource emptyDir:EmptyDirVolumeSource
          ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource
          flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource
          gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource
          hostPath:HostPathVolumeSource image:ImageVolumeSource iscsi:ISCSIVolumeSource name
          nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource
          photonPersistentDisk:PhotonPersistentDiskVolumeSource
          portworxVolume:PortworxVolumeSource projected:ProjectedVolumeSource
          quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource
          secret:SecretVolumeSource storageos:StorageOSVolumeSource
          vsphereVolume:VsphereVirtualDiskVolumeSource
        VolumeDevice = devicePath name
        VolumeMount = mountPath mountPropagation name readOnly recursiveReadOnly subPath
          subPathExpr
        VolumeNodeAffinity = required:NodeSelector
        VolumeProjection = clusterTrustBundle:ClusterTrustBundleProjection
          configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection secret:SecretProjection
          serviceAccountToken:ServiceAccountTokenProjection
        VolumeResourceRequirements = limits requests
        VsphereVirtualDiskVolumeSource = fsType storagePolicyID storagePolicyName volumePath
        WeightedPodAffinityTerm = podAffinityTerm:PodAffinityTerm weight
        WindowsSecurityContextOptions = gmsaCredentialSpec gmsaCredentialSpecName hostProcess
          runAsUserName
        """
}
